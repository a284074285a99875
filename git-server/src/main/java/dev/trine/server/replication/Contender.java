package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A node's attempts to get the write lock: promise an epoch, win one peer, adopt the better of the two logs. One
 * attempt at a time; whatever goes wrong ends it, and the next one takes a higher epoch after a random wait.
 */
final class Contender {
    private static final int DOUBLINGS_MAX = 16;

    private final Member self;
    private final ReplicaLog log;
    private final Lease lease;
    private final Follower follower;
    private final Pulls pulls;
    private final Outbox outbox;
    private final Timeouts timeouts;
    private final SplittableRandom random;
    private Optional<Attempt> attempt = Optional.empty();
    private long highestCounter;
    private int failures;
    private long waitUntil = Long.MIN_VALUE;

    Contender(Member self, ReplicaLog log, Lease lease, Follower follower, Pulls pulls, Outbox outbox,
              Timeouts timeouts, SplittableRandom random) {
        this.self = self;
        this.log = log;
        this.lease = lease;
        this.follower = follower;
        this.pulls = pulls;
        this.outbox = outbox;
        this.timeouts = timeouts;
        this.random = random;
    }

    boolean isContending() {
        return attempt.isPresent();
    }

    boolean mayStart(long now) {
        return attempt.isEmpty() && now >= waitUntil && !pulls.isRunning();
    }

    /** An epoch counter was seen; the next attempt goes above it. */
    void saw(Epoch epoch) {
        if (epoch.generation() == log.state().generation()) {
            highestCounter = Math.max(highestCounter, epoch.counter());
        }
    }

    /** Begins an attempt. The own promise is in the step's batch, the requests leave after it. */
    void start(long now, boolean preempt) {
        long generation = log.state().generation();
        saw(log.promised());
        Epoch epoch = new Epoch(generation, highestCounter + 1, log.state().members().indexOf(self));
        saw(epoch);
        Attempt begun = new Attempt(epoch, log.last(), now + timeouts.lockMillis());
        log.promise(epoch);
        lease.grant(self, epoch, now + timeouts.tentativeLeaseMillis());
        attempt = Optional.of(begun);
        peers().forEach(peer -> outbox.send(peer, generation, new PeerMessage.Lock(epoch, preempt)));
    }

    /** Returns what was adopted, if this grant completes it. */
    Optional<Adopted> granted(Member from, PeerMessage.Granted grant, long now) {
        Attempt current = at(grant.epoch()).filter(a -> a.best == null).orElse(null);
        if (current == null) {
            return Optional.empty();
        }
        current.granter = from;
        current.best = grant;
        if (current.ownLast.compareTo(grant.last()) >= 0) {
            return adopted(current);
        }
        if (log.committed().version() < grant.base().version()) {
            pull(now);
        } else {
            fetch(current, log.committed().version() + 1, now);
        }
        return Optional.empty();
    }

    /** A peer did not grant; when neither can, the attempt is over. */
    void declined(Member from, Epoch epoch, long now) {
        at(epoch).filter(a -> a.best == null).ifPresent(current -> {
            current.declined.add(from);
            if (current.declined.size() == Quorum.MEMBERS - 1) {
                fail(now);
            }
        });
    }

    /** A peer told of somebody else's lease: better to hand requests on than to fight for the lock. */
    void leased(PeerMessage.Leased leased, long now) {
        saw(leased.holderEpoch());
        at(leased.epoch()).filter(a -> a.best == null).ifPresent(current -> {
            fail(now);
            lease.learn(leased.holder(), leased.holderEpoch(), now + leased.remainingMillis(), now);
        });
    }

    /** A peer cannot be reached: it will not grant, and nothing can be fetched from it. */
    void unreachable(Member peer, long now) {
        attempt.ifPresent(current -> {
            if (peer.equals(current.granter)) {
                fail(now);
            } else {
                declined(peer, current.epoch, now);
            }
        });
    }

    Optional<Adopted> chunk(Member from, PeerMessage.LogChunk chunk, long now) {
        Attempt current = fetching(from, chunk.epoch()).orElse(null);
        if (current == null) {
            return Optional.empty();
        }
        if (chunk.entries().isEmpty()) {
            pull(now);
            return Optional.empty();
        }
        if (chunk.entries().getFirst().version() != current.wanted || !chunk.last().equals(current.best.last())) {
            return Optional.empty();
        }
        current.chunk = chunk.entries();
        return takeChunk(current, now);
    }

    /** The peer's log is not what it granted: never go on with the second-best log. */
    void changed(Member from, Epoch epoch, long now) {
        fetching(from, epoch).ifPresent(current -> fail(now));
    }

    Optional<Adopted> objectsFetched(Member from, long now) {
        return attempt.filter(a -> from.equals(a.granter) && !a.chunk.isEmpty())
            .flatMap(current -> takeChunk(current, now));
    }

    /** What the peer has committed can be pulled instead; an uncommitted entry without objects cannot be adopted. */
    void objectsNotFetched(Member from, long now) {
        attempt.filter(a -> from.equals(a.granter) && !a.chunk.isEmpty())
            .ifPresent(current -> pullOrFail(current, now));
    }

    /** The log has changed under the attempt. */
    void abandon(long now) {
        attempt.ifPresent(current -> fail(now));
    }

    void tick(long now) {
        attempt.filter(current -> now >= current.deadline).ifPresent(current -> fail(now));
    }

    /** Ends the attempt if a higher epoch was promised meanwhile. */
    void endIfDeposed(long now) {
        attempt.filter(a -> !log.promised().equals(a.epoch)).ifPresent(current -> fail(now));
    }

    /** Waits a random while before the next attempt. */
    void backOff(long now) {
        long wait = timeouts.backoffMinMillis() + random.nextLong(timeouts.backoffSpreadMillis() + 1);
        waitUntil = now + Math.min(timeouts.backoffMaxMillis(), wait << Math.min(failures, DOUBLINGS_MAX));
        failures++;
    }

    private Optional<Adopted> takeChunk(Attempt current, long now) {
        List<Logged> fresh = follower.unknown(current.chunk);
        Set<PushId> missing = follower.missing(fresh);
        if (!missing.isEmpty()) {
            fetchObjects(current, fresh, missing, now);
            return Optional.empty();
        }
        long end = current.chunk.getLast().version();
        current.chunk = List.of();
        if (!fresh.isEmpty()) {
            log.store(fresh);
        }
        if (end < current.best.last().version()) {
            fetch(current, end + 1, now);
            return Optional.empty();
        }
        return adopted(current);
    }

    private void fetchObjects(Attempt current, List<Logged> fresh, Set<PushId> missing, long now) {
        if (current.objectsAsked) {
            pullOrFail(current, now);
            return;
        }
        List<LogEntry.Push> pushes = fresh.stream().map(Logged::entry).filter(LogEntry.Push.class::isInstance)
            .map(LogEntry.Push.class::cast).filter(push -> missing.contains(push.pushId())).toList();
        current.objectsAsked = true;
        current.deadline = now + timeouts.pursueMillis();
        lease.grant(self, current.epoch, now + timeouts.leaseMillis());
        peers().forEach(peer ->
            outbox.send(peer, current.epoch.generation(), new PeerMessage.Renew(current.epoch)));
        outbox.add(new Effect.FetchObjects(current.granter, pushes));
    }

    private void pullOrFail(Attempt current, long now) {
        if (current.best.committed().version() > log.committed().version()) {
            pull(now);
        } else {
            fail(now);
        }
    }

    private void fetch(Attempt current, long from, long now) {
        current.wanted = from;
        current.objectsAsked = false;
        current.deadline = now + timeouts.lockMillis();
        outbox.send(current.granter, current.epoch.generation(),
            new PeerMessage.FetchLog(current.epoch, from, current.best.last()));
    }

    private Optional<Adopted> adopted(Attempt current) {
        attempt = Optional.empty();
        failures = 0;
        BrokenInvariant.check(log.promised().equals(current.epoch), "a session has its own node's promise",
            log.promised(), current.epoch);
        BrokenInvariant.check(log.last().equals(Position.max(current.ownLast, current.best.last())),
            "the greatest log granted is adopted", log.last(), current.ownLast, current.best.last());
        log.advance(current.best.committed());
        return Optional.of(new Adopted(current.epoch, current.granter, current.best));
    }

    private void pull(long now) {
        Member from = attempt.orElseThrow().granter;
        fail(now);
        pulls.start(from);
    }

    private void fail(long now) {
        Epoch epoch = attempt.orElseThrow().epoch;
        attempt = Optional.empty();
        lease.release(epoch);
        peers().forEach(peer -> outbox.send(peer, epoch.generation(), new PeerMessage.Release(epoch)));
        backOff(now);
    }

    private Optional<Attempt> at(Epoch epoch) {
        return attempt.filter(a -> a.epoch.equals(epoch));
    }

    private Optional<Attempt> fetching(Member from, Epoch epoch) {
        return at(epoch).filter(a -> from.equals(a.granter) && a.chunk.isEmpty());
    }

    private List<Member> peers() {
        return log.state().members().stream().filter(member -> !member.equals(self)).toList();
    }

    /** The lock is had, and the own log is the one to go on with. */
    record Adopted(Epoch epoch, Member granter, PeerMessage.Granted grant) {
    }

    /** One attempt, as far as it has come. */
    private static final class Attempt {
        private final Epoch epoch;
        private final Position ownLast;
        private final Set<Member> declined = new HashSet<>();
        private long deadline;
        private Member granter;
        private PeerMessage.Granted best;
        private long wanted;
        private List<Logged> chunk = List.of();
        private boolean objectsAsked;

        Attempt(Epoch epoch, Position ownLast, long deadline) {
            this.epoch = epoch;
            this.ownLast = ownLast;
            this.deadline = deadline;
        }
    }
}
