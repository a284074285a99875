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

/** Mistakes in the messages between nodes, as if sender or receiver had not looked at what is changed. */
final class MessageMistakes implements Mistakes {
    private final Kind kind;

    MessageMistakes(Kind kind) {
        this.kind = kind;
    }

    enum Kind {
        RESTAMP, OLD_EPOCH_COUNT, COMMIT_BY_VERSION, SELF_BYPASS, ACK_OWN_LAST, NO_PREV_CHECK, ONE_ACK, ANY_LOG
    }

    /** The network as it must be for the mistake to do harm; it may lose any message. */
    @Override
    public boolean isLost(Sent sent) {
        if (!sent.simulation().timeline().isFaulty() || !sent.target().hosts()) {
            return false;
        }
        PeerMessage payload = sent.envelope().payload();
        return switch (kind) {
            // contenders reach the holder only, and the holder not again
            case SELF_BYPASS -> payload instanceof PeerMessage.Lock && !isReady(sent.simulation(), sent.target())
                && sent.simulation().cluster().nodes().stream().anyMatch(node -> isReady(sent.simulation(), node))
                || payload instanceof PeerMessage.Append && isReady(sent.simulation(), sent.target());
            case RESTAMP, OLD_EPOCH_COUNT, COMMIT_BY_VERSION, ACK_OWN_LAST, NO_PREV_CHECK, ONE_ACK, ANY_LOG -> false;
        };
    }

    private static boolean isReady(Simulation simulation, SimulatedNode node) {
        return node.hosts() && node.probe(simulation.timeline().now()).holderReady();
    }

    @Override
    public Envelope arriving(Sent sent) {
        if (!sent.source().disk().hasReplica() || !sent.target().disk().hasReplica()) {
            return sent.envelope();
        }
        PeerMessage payload = sent.envelope().payload();
        return with(sent, switch (kind) {
            case ANY_LOG -> anyLog(payload);
            case RESTAMP -> restamp(sent, payload);
            case NO_PREV_CHECK -> noPreviousCheck(sent, payload);
            case COMMIT_BY_VERSION -> commitByVersion(sent, payload);
            case ACK_OWN_LAST -> ackOwnLast(sent, payload);
            case OLD_EPOCH_COUNT, SELF_BYPASS, ONE_ACK -> payload;
        });
    }

    @Override
    public Optional<Envelope> answeredInstead(Sent sent) {
        if (!sent.target().hosts()) {
            return Optional.empty();
        }
        return switch (kind) {
            case SELF_BYPASS -> selfBypass(sent);
            case RESTAMP, OLD_EPOCH_COUNT, COMMIT_BY_VERSION, ACK_OWN_LAST, NO_PREV_CHECK, ONE_ACK, ANY_LOG ->
                Optional.empty();
        };
    }

    @Override
    public Optional<Envelope> answeredAtOnce(Sent sent) {
        return kind == Kind.ONE_ACK && sent.envelope().payload() instanceof PeerMessage.Append append
            && !append.entries().isEmpty()
            ? Optional.of(reply(sent, new PeerMessage.Ack(append.epoch(), append.entries().getLast().version(),
                append.round()))) : Optional.empty();
    }

    @Override
    public Optional<Envelope> arrivingAfter(Sent sent) {
        if (kind == Kind.OLD_EPOCH_COUNT && sent.envelope().payload() instanceof PeerMessage.Ack ack) {
            return Optional.ofNullable(sent.target().disk().log().get(ack.matched()))
                .filter(entry -> entry.position().epoch().isBefore(ack.epoch()))
                .map(entry -> with(sent, new PeerMessage.Commit(entry.position())));
        }
        return Optional.empty();
    }

    private static PeerMessage anyLog(PeerMessage payload) {
        return payload instanceof PeerMessage.Granted granted
            ? new PeerMessage.Granted(granted.epoch(), Position.START, Position.START, Position.START) : payload;
    }

    private static PeerMessage restamp(Sent sent, PeerMessage payload) {
        return switch (payload) {
            case PeerMessage.Granted granted when granted.last().version() > granted.committed().version() ->
                new PeerMessage.Granted(granted.epoch(), new Position(granted.last().version(), granted.epoch()),
                    granted.committed(), granted.base());
            case PeerMessage.FetchLog fetch when fetch.expectLast().epoch().equals(fetch.epoch()) ->
                new PeerMessage.FetchLog(fetch.epoch(), fetch.fromVersion(), sent.target().disk().last());
            case PeerMessage.LogChunk chunk when !chunk.entries().isEmpty()
                && chunk.last().version() > sent.source().disk().state().committed().version() ->
                restamp(sent, chunk);
            default -> payload;
        };
    }

    private static PeerMessage restamp(Sent sent, PeerMessage.LogChunk chunk) {
        List<Logged> restamped = new ArrayList<>();
        long before = chunk.entries().getFirst().version() - 1;
        Optional<Chain> chain = sent.target().disk().chainAt(before);
        if (chain.isEmpty()) {
            return chunk;
        }
        Chain link = chain.get();
        for (Logged logged : chunk.entries()) {
            boolean settled = logged.version() <= sent.source().disk().state().committed().version();
            LogEntry entry = settled ? logged.entry()
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

    private static PeerMessage noPreviousCheck(Sent sent, PeerMessage payload) {
        return payload instanceof PeerMessage.Append append
            ? new PeerMessage.Append(append.epoch(), mine(sent, append.previous()), append.entries(),
                append.committed(), append.round()) : payload;
    }

    private static PeerMessage commitByVersion(Sent sent, PeerMessage payload) {
        return switch (payload) {
            case PeerMessage.Commit commit -> new PeerMessage.Commit(mine(sent, commit.position()));
            case PeerMessage.Append append -> new PeerMessage.Append(append.epoch(), append.previous(),
                append.entries(), mine(sent, append.committed()), append.round());
            default -> payload;
        };
    }

    private static PeerMessage ackOwnLast(Sent sent, PeerMessage payload) {
        return payload instanceof PeerMessage.Ack ack ? new PeerMessage.Ack(ack.epoch(), Math.max(ack.matched(),
            Math.min(sent.source().disk().last().version(), sent.target().disk().last().version())), ack.round())
            : payload;
    }

    /** The node promises and grants; its session, which goes on, does not learn of it. */
    private static Optional<Envelope> selfBypass(Sent sent) {
        if (!(sent.envelope().payload() instanceof PeerMessage.Lock lock)
            || !sent.envelope().target().equals(sent.target().member())) {
            return Optional.empty();
        }
        ProbeAnswer own = sent.target().probe(sent.simulation().timeline().now());
        return own.holderReady() && lock.epoch().isAfter(own.promised())
            ? Optional.of(reply(sent, new PeerMessage.Granted(lock.epoch(), own.last(), own.committed(),
            sent.target().disk().state().base()))) : Optional.empty();
    }

    /** The position that the receiver has at that version. */
    private static Position mine(Sent sent, Position theirs) {
        Logged logged = sent.target().disk().log().get(theirs.version());
        return logged == null ? theirs : logged.position();
    }

    private static Envelope with(Sent sent, PeerMessage payload) {
        Envelope was = sent.envelope();
        return new Envelope(was.repo(), was.generation(), was.sender(), was.target(), payload);
    }

    private static Envelope reply(Sent sent, PeerMessage payload) {
        Envelope was = sent.envelope();
        return new Envelope(was.repo(), was.generation(), was.target(), was.sender(), payload);
    }
}
