package dev.trine.lab.sim;

import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plants a mistake in the messages between nodes, as if sender or receiver had not looked at what is changed. */
final class Tampering {
    private final Mutation mutation;
    private final SimulatedNode source;
    private final SimulatedNode target;
    private final Envelope envelope;

    Tampering(Mutation mutation, SimulatedNode source, SimulatedNode target, Envelope envelope) {
        this.mutation = mutation;
        this.source = source;
        this.target = target;
        this.envelope = envelope;
    }

    /** What arrives instead of the message. */
    Envelope arriving() {
        PeerMessage payload = envelope.payload();
        return with(switch (mutation) {
            case ANY_LOG -> anyLog(payload);
            case RESTAMP -> restamp(payload);
            case NO_PREV_CHECK -> noPreviousCheck(payload);
            case COMMIT_BY_VERSION -> commitByVersion(payload);
            case ACK_OWN_LAST -> ackOwnLast(payload);
            default -> payload;
        });
    }

    /** What answers the message without its receiver's knowledge. */
    Optional<Envelope> answeredInstead(long now) {
        return mutation == Mutation.SELF_BYPASS ? selfBypass(now) : Optional.empty();
    }

    /** What the sender is told the moment it sends. */
    Optional<Envelope> answeredAtOnce() {
        return mutation == Mutation.ONE_ACK && envelope.payload() instanceof PeerMessage.Append append
            && !append.entries().isEmpty()
            ? Optional.of(reply(new PeerMessage.Ack(append.epoch(), append.entries().getLast().version(),
                append.round()))) : Optional.empty();
    }

    /** What follows the message. */
    Optional<Envelope> arrivingAfter() {
        if (mutation == Mutation.OLD_EPOCH_COUNT && envelope.payload() instanceof PeerMessage.Ack ack) {
            return Optional.ofNullable(target.disk().log().get(ack.matched()))
                .filter(entry -> entry.position().epoch().isBefore(ack.epoch()))
                .map(entry -> with(new PeerMessage.Commit(entry.position())));
        }
        return Optional.empty();
    }

    private static PeerMessage anyLog(PeerMessage payload) {
        return payload instanceof PeerMessage.Granted granted
            ? new PeerMessage.Granted(granted.epoch(), Position.START, Position.START, Position.START) : payload;
    }

    private PeerMessage restamp(PeerMessage payload) {
        return switch (payload) {
            case PeerMessage.Granted granted when granted.last().version() > granted.committed().version() ->
                new PeerMessage.Granted(granted.epoch(), new Position(granted.last().version(), granted.epoch()),
                    granted.committed(), granted.base());
            case PeerMessage.FetchLog fetch when fetch.expectLast().epoch().equals(fetch.epoch()) ->
                new PeerMessage.FetchLog(fetch.epoch(), fetch.fromVersion(), target.disk().last());
            case PeerMessage.LogChunk chunk when !chunk.entries().isEmpty()
                && chunk.last().version() > source.disk().state().committed().version() -> restamp(chunk);
            default -> payload;
        };
    }

    private PeerMessage restamp(PeerMessage.LogChunk chunk) {
        List<Logged> restamped = new ArrayList<>();
        Optional<Chain> chain = target.disk().chainAt(chunk.entries().getFirst().version() - 1);
        if (chain.isEmpty()) {
            return chunk;
        }
        Chain link = chain.get();
        for (Logged logged : chunk.entries()) {
            LogEntry entry = logged.version() <= source.disk().state().committed().version() ? logged.entry()
                : at(new Position(logged.version(), chunk.epoch()), logged.entry());
            link = link.then(entry);
            restamped.add(new Logged(entry, link));
        }
        return new PeerMessage.LogChunk(chunk.epoch(), restamped, new Position(chunk.last().version(), chunk.epoch()));
    }

    private static LogEntry at(Position position, LogEntry entry) {
        return switch (entry) {
            case LogEntry.Push push -> new LogEntry.Push(position, push.pushId(), push.updates(), push.packs());
            case LogEntry.Noop noop -> new LogEntry.Noop(position);
            case LogEntry.Abort abort -> new LogEntry.Abort(position, abort.pushId());
            case LogEntry.Seal seal -> new LogEntry.Seal(position, seal.nextMembers());
        };
    }

    private PeerMessage noPreviousCheck(PeerMessage payload) {
        return payload instanceof PeerMessage.Append append
            ? new PeerMessage.Append(append.epoch(), mine(append.previous()), append.entries(), append.committed(),
                append.round()) : payload;
    }

    private PeerMessage commitByVersion(PeerMessage payload) {
        return switch (payload) {
            case PeerMessage.Commit commit -> new PeerMessage.Commit(mine(commit.position()));
            case PeerMessage.Append append -> new PeerMessage.Append(append.epoch(), append.previous(),
                append.entries(), mine(append.committed()), append.round());
            default -> payload;
        };
    }

    private PeerMessage ackOwnLast(PeerMessage payload) {
        return payload instanceof PeerMessage.Ack ack ? new PeerMessage.Ack(ack.epoch(), Math.max(ack.matched(),
            Math.min(source.disk().last().version(), target.disk().last().version())), ack.round()) : payload;
    }

    /** The node promises and grants; its session, which goes on, does not learn of it. */
    private Optional<Envelope> selfBypass(long now) {
        if (!(envelope.payload() instanceof PeerMessage.Lock lock) || !target.isUp()) {
            return Optional.empty();
        }
        ProbeAnswer own = target.probe(now);
        return own.holderReady() && lock.epoch().isAfter(own.promised())
            ? Optional.of(reply(new PeerMessage.Granted(lock.epoch(), own.last(), own.committed(),
            target.disk().state().base()))) : Optional.empty();
    }

    /** The position that the receiver has at that version. */
    private Position mine(Position theirs) {
        Logged logged = target.disk().log().get(theirs.version());
        return logged == null ? theirs : logged.position();
    }

    private Envelope with(PeerMessage payload) {
        return new Envelope(envelope.repo(), envelope.generation(), envelope.sender(), envelope.target(), payload);
    }

    private Envelope reply(PeerMessage payload) {
        return new Envelope(envelope.repo(), envelope.generation(), envelope.target(), envelope.sender(), payload);
    }
}
