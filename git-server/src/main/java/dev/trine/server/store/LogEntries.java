package dev.trine.server.store;

import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;

/** The stored form of a log entry: version of the form, kind, position, what the kind has, chain value. */
final class LogEntries {
    private static final int VERSION = 1;
    private static final int PUSH = 1;
    private static final int NOOP = 2;
    private static final int ABORT = 3;
    private static final int SEAL = 4;
    private static final int PUSH_OF_USER = 5;

    private LogEntries() {
    }

    static byte[] encode(Logged logged) {
        Encoder to = new Encoder().octet(VERSION);
        Position position = logged.position();
        switch (logged.entry()) {
            case LogEntry.Push push -> {
                to.octet(push.user().isEmpty() ? PUSH : PUSH_OF_USER).position(position).hex(push.pushId().value())
                    .list(push.updates(), update -> RefValues.write(to, update))
                    .list(push.packs(), pack -> to.hex(pack.hex()));
                if (!push.user().isEmpty()) {
                    to.text(push.user());
                }
            }
            case LogEntry.Noop noop -> to.octet(NOOP).position(position);
            case LogEntry.Abort abort -> to.octet(ABORT).position(position).hex(abort.pushId().value());
            case LogEntry.Seal seal -> to.octet(SEAL).position(position).list(seal.nextMembers(), to::member);
        }
        return to.hex(logged.chain().hex()).toBytes();
    }

    static Logged decode(byte[] value) {
        return Decoder.decode(value, "log entry", from -> {
            LogEntry entry = entry(from.version(VERSION).octet(), from);
            return new Logged(entry, new Chain(from.hex(64)));
        });
    }

    /** The position alone: every probe asks for the last entry's, which may have hundreds of thousands of updates. */
    static Position decodePosition(byte[] value) {
        return Decoder.decodeStart(value, "log entry", from -> {
            from.version(VERSION).octet();
            return from.position();
        });
    }

    private static LogEntry entry(int kind, Decoder from) {
        Position position = from.position();
        return switch (kind) {
            case PUSH -> new LogEntry.Push(position, new PushId(from.hex(32)),
                from.list(() -> RefValues.readUpdate(from)), from.list(() -> new PackName(from.hex(40))));
            case PUSH_OF_USER -> new LogEntry.Push(position, new PushId(from.hex(32)),
                from.list(() -> RefValues.readUpdate(from)), from.list(() -> new PackName(from.hex(40))),
                from.text());
            case NOOP -> new LogEntry.Noop(position);
            case ABORT -> new LogEntry.Abort(position, new PushId(from.hex(32)));
            case SEAL -> new LogEntry.Seal(position, from.list(from::member));
            default -> throw new IllegalArgumentException("unknown kind of log entry: " + kind);
        };
    }
}
