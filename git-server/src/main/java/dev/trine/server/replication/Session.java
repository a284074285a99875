package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The write lock, as its holder has it: appends entries of its epoch to its own log, brings them to the peers, counts
 * acknowledgements and commits. Ends with the first sign of a higher epoch; a restart forgets it.
 */
final class Session {
    private final Member self;
    private final Epoch epoch;
    private final long recoverEnd;
    private final List<PeerProgress> peers;
    private final ReplicaLog log;
    private final Lease lease;
    private final Outbox outbox;
    private final Timeouts timeouts;
    private long round;
    private long roundWanted;

    /** The session that follows an adoption; the log ends where recovery must reach. */
    Session(Member self, Epoch epoch, ReplicaLog log, Lease lease, Outbox outbox, Timeouts timeouts, long now) {
        this.self = self;
        this.epoch = epoch;
        this.recoverEnd = log.last().version();
        this.log = log;
        this.lease = lease;
        this.outbox = outbox;
        this.timeouts = timeouts;
        this.peers = log.state().members().stream().filter(member -> !member.equals(self))
            .map(member -> new PeerProgress(member, recoverEnd + 1, now, timeouts)).toList();
        lease.grant(self, epoch, now + timeouts.leaseMillis());
    }

    Epoch epoch() {
        return epoch;
    }

    /** Whether all that was adopted is committed. */
    boolean isReady() {
        return log.committed().version() >= recoverEnd;
    }

    /** Whether an entry of this epoch lies in the log or none is needed. */
    boolean isCarried() {
        return isReady() || log.last().epoch().equals(epoch);
    }

    /** Whether a peer was heard of lately. */
    boolean inContact(long now) {
        return peers.stream().anyMatch(peer -> peer.inContact(now, timeouts));
    }

    /** A peer cannot be reached: a push is not stored for its sake. */
    void unreachable(Member at, long now) {
        peer(at).ifPresent(peer -> peer.lost(now, timeouts));
    }

    /** A peer takes no part: it is not pursued. */
    void withdrew(Member at, long now) {
        peer(at).ifPresent(peer -> peer.withdrew(now, timeouts));
    }

    /** Somebody waits for what is not committed yet: peers that had been given up are tried again. */
    void urge(long now) {
        if (!isReady() || log.last().version() > log.committed().version()) {
            peers.forEach(peer -> peer.pursue(now, timeouts));
        }
    }

    /** Creates the next entry in the own log. */
    Position append(Function<Position, LogEntry> entry) {
        Position position = new Position(log.last().version() + 1, epoch);
        log.store(List.of(log.follow(entry.apply(position))));
        return position;
    }

    /** Asks the peers whether the epoch still stands; the answer is an acknowledged append of this number or higher. */
    long confirm() {
        roundWanted = round + 1;
        return roundWanted;
    }

    /** Whether the peers were asked and may yet answer. */
    boolean isAsking(long now) {
        return !isConfirmed(roundWanted) && peers.stream().anyMatch(peer -> peer.isPursued(now));
    }

    /** Whether a peer acknowledged an append of that number or higher. */
    boolean isConfirmed(long number) {
        return peers.stream().anyMatch(peer -> peer.ackedRound() >= number);
    }

    /** Highest version that a quorum has in this epoch's view. */
    long acknowledged() {
        return Quorum.acknowledged(log.last().version(), peers.get(0).matched(), peers.get(1).matched());
    }

    /** Nodes known to have an entry, this one included. */
    List<NodeId> nodesWith(long version) {
        return Stream.concat(Stream.of(self), peers.stream().filter(peer -> peer.matched() >= version)
            .map(PeerProgress::member)).map(Member::node).sorted().toList();
    }

    /** Sends to each peer what it lacks. */
    void replicate(long now) {
        long last = log.last().version();
        List<PeerProgress> unsent = peers.stream().filter(peer -> lacksSomethingUnsent(peer, last)).toList();
        unsent.forEach(peer -> peer.pursue(now, timeouts)); // who is held back gets it with a later tick
        boolean asks = roundWanted > round;
        List<PeerProgress> reached = peers.stream().filter(peer ->
            asks || unsent.contains(peer) && !peer.isHeldBack(now)).toList();
        if (reached.isEmpty()) {
            return;
        }
        round++;
        for (PeerProgress peer : reached) {
            peer.pursue(now, timeouts);
            send(peer, now);
        }
    }

    /** Sends again what was not acknowledged in time. */
    void tick(long now) {
        for (PeerProgress peer : peers) {
            if (lags(peer) && peer.isDue(now, timeouts)) {
                peer.rewind(now);
                round++;
                send(peer, now);
            }
        }
    }

    /** Whether every peer is known to have all that is committed here, and to know it. */
    boolean isLevel() {
        return peers.stream().noneMatch(this::lags);
    }

    /** Whether nothing is under way. */
    boolean isQuiet(long now) {
        return isReady() && peers.stream().noneMatch(peer -> lags(peer) && peer.isPursued(now));
    }

    /** What a peer's grant told about its log saves a round trip. */
    void granted(Member from, PeerMessage.Granted grant, long now) {
        peer(from).ifPresent(peer -> {
            peer.heard(now, timeouts);
            follow(peer, grant.last(), grant.committed());
        });
    }

    void acked(Member from, PeerMessage.Ack ack, long now) {
        peer(from).ifPresent(peer -> {
            BrokenInvariant.check(ack.matched() <= log.last().version(), "a peer acknowledges what was sent", ack,
                log.last());
            peer.heard(now, timeouts);
            peer.acked(ack.matched(), ack.round());
        });
    }

    void gap(Member from, PeerMessage.Gap gap, long now) {
        peer(from).ifPresent(peer -> {
            peer.heard(now, timeouts);
            if (peer.isPaused(now)) {
                return;
            }
            if (follow(peer, gap.last(), gap.committed())) {
                round++;
                send(peer, now);
                peer.pause(now, timeouts);
            } else {
                hint(peer, now);
            }
        });
    }

    /** Stages what is missing; but what is committed already the peer pulls, its objects may be gone elsewhere too. */
    void objectsMissing(Member from, Set<PushId> missing, long now) {
        peer(from).ifPresent(peer -> {
            peer.heard(now, timeouts);
            if (!peer.lacksObjects() || peer.isStaging()) {
                return;
            }
            List<LogEntry.Push> open =
                log.openPushes().stream().filter(push -> missing.contains(push.pushId())).toList();
            if (open.size() < missing.size()) {
                hint(peer, now);
            } else {
                peer.staging(true);
                outbox.add(new Effect.StageTo(peer.member(), open));
            }
        });
    }

    void staged(Member at) {
        peer(at).ifPresent(peer -> peer.staging(false));
    }

    void notStaged(Member at, long now) {
        peer(at).filter(PeerProgress::isStaging).ifPresent(peer -> {
            peer.staging(false);
            hint(peer, now);
        });
    }

    /** Commits what may be committed. */
    void commit() {
        long version = acknowledged();
        if (version > log.committed().version()) {
            Position position = log.tail().positionAt(version);
            if (Quorum.counts(position.epoch(), epoch)) {
                log.advance(position);
            }
        }
    }

    /** Gives the lock back. */
    void release() {
        peers.forEach(peer -> outbox.send(peer.member(), epoch.generation(), new PeerMessage.Release(epoch)));
    }

    private boolean lacksSomethingUnsent(PeerProgress peer, long last) {
        return peer.next() <= last || peer.sentCommit() < log.committed().version();
    }

    private boolean lags(PeerProgress peer) {
        return peer.lags(log.last().version(), log.committed().version(), roundWanted);
    }

    private void send(PeerProgress peer, long now) {
        long base = log.state().base().version();
        if (peer.next() <= base) {
            hint(peer, now);
        }
        boolean held = peer.isHeldBack(now);
        long from = held ? Math.max(peer.known(), base) + 1 : peer.next();
        List<Logged> entries = held ? List.of() : log.tail().from(from, timeouts.chunkEntries());
        Position previous = log.tail().positionAt(from - 1);
        outbox.sendAtOnce(peer.member(),
            new PeerMessage.Append(epoch, previous, entries, log.committed(), round));
        peer.sent(previous.version() + entries.size(), log.committed().version(), round, now);
        lease.grant(self, epoch, now + timeouts.leaseMillis());
    }

    /** Learns where to go on with a peer; returns whether entries can be sent from there. */
    private boolean follow(PeerProgress peer, Position last, Position committed) {
        long after = log.tail().holds(last) ? last.version() : committed.version();
        boolean kept = after >= log.state().base().version() && after <= log.last().version();
        if (kept) {
            peer.continueFrom(after + 1);
        }
        return kept;
    }

    /** It is too far behind for appends: it shall pull, and is asked again how far it is in a while. */
    private void hint(PeerProgress peer, long now) {
        peer.continueFrom(log.last().version() + 1);
        peer.pause(now, timeouts);
        outbox.send(peer.member(), epoch.generation(), new PeerMessage.PullHint(log.committed()));
    }

    private Optional<PeerProgress> peer(Member member) {
        return peers.stream().filter(peer -> peer.member().equals(member)).findFirst();
    }
}
