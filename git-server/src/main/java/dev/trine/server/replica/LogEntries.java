package dev.trine.server.replica;

import com.google.protobuf.ByteString;
import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.wire.Wire;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import java.util.HexFormat;
import java.util.List;

/** Translates log entries to the wire and back; what is malformed throws IllegalArgumentException. */
final class LogEntries {
    /** Greatest number of ref updates of one push. */
    static final int UPDATES_MAX = 500_000;
    /** Greatest number of packs of one push. */
    static final int PACKS_MAX = 16;

    private static final int MEMBERS_MAX = 3;

    private LogEntries() {
    }

    static dev.trine.proto.LogEntry toProto(Logged logged) {
        dev.trine.proto.LogEntry.Builder proto = dev.trine.proto.LogEntry.newBuilder()
            .setPosition(Wire.toProto(logged.position())).setChain(chain(logged.chain()));
        switch (logged.entry()) {
            case LogEntry.Push push -> {
                proto.setKind(dev.trine.proto.LogEntry.Kind.PUSH).setPushId(push.pushId().value())
                    .setUser(push.user());
                push.updates().forEach(update -> proto.addUpdates(Wire.toProto(update)));
                push.packs().forEach(pack -> proto.addPacks(pack.hex()));
            }
            case LogEntry.Noop noop -> proto.setKind(dev.trine.proto.LogEntry.Kind.NOOP);
            case LogEntry.Abort abort ->
                proto.setKind(dev.trine.proto.LogEntry.Kind.ABORT).setPushId(abort.pushId().value());
            case LogEntry.Seal seal -> {
                proto.setKind(dev.trine.proto.LogEntry.Kind.SEAL);
                seal.nextMembers().forEach(member -> proto.addNextMembers(Wire.toProto(member)));
            }
        }
        return proto.build();
    }

    static Logged fromProto(dev.trine.proto.LogEntry proto) {
        Position position = Wire.fromProto(proto.getPosition());
        LogEntry entry = switch (proto.getKind()) {
            case PUSH -> new LogEntry.Push(position, new PushId(proto.getPushId()), updates(proto.getUpdatesList()),
                packs(proto.getPacksList()), Wire.user(proto.getUser()));
            case NOOP -> new LogEntry.Noop(position);
            case ABORT -> new LogEntry.Abort(position, new PushId(proto.getPushId()));
            case SEAL -> new LogEntry.Seal(position, members(proto.getNextMembersList()));
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a log entry of a kind that this version does not know");
        };
        return new Logged(entry, chain(proto.getChain()));
    }

    static List<RefUpdate> updates(List<dev.trine.proto.RefUpdate> updates) {
        bounded(updates.size(), UPDATES_MAX, "ref updates of one push");
        if (updates.isEmpty()) {
            throw new IllegalArgumentException("a push without ref updates");
        }
        return updates.stream().map(Wire::fromProto).toList();
    }

    static List<PackName> packs(List<String> packs) {
        bounded(packs.size(), PACKS_MAX, "packs of one push");
        return packs.stream().map(PackName::new).toList();
    }

    static List<Member> members(List<dev.trine.proto.Member> members) {
        bounded(members.size(), MEMBERS_MAX, "members");
        return Wire.fromProto(members);
    }

    static ByteString chain(Chain chain) {
        return ByteString.copyFrom(HexFormat.of().parseHex(chain.hex()));
    }

    static Chain chain(ByteString chain) {
        return new Chain(HexFormat.of().formatHex(chain.toByteArray()));
    }

    static void bounded(int count, int max, String what) {
        if (count > max) {
            throw new IllegalArgumentException(count + " " + what + ", at most " + max + " are accepted");
        }
    }
}
