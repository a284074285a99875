package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells that a generation has ended, to its members and to those of the next, until each was heard of in the next or
 * has not answered for long. Whoever applied the SEAL does so, the lock holder at once, the others a little later: one
 * that missed it would keep an undecided tail, and a member of the next generation would not know that it votes.
 */
final class Announcement {
    private static final int DOUBLINGS_MAX = 3;

    private final Member self;
    private final ReplicaLog log;
    private final Outbox outbox;
    private final Timeouts timeouts;
    private final List<Member> unheard = new ArrayList<>();
    private List<Member> old = List.of();
    private Position seal = Position.START;
    private long dueAt;
    private long until;
    private int rounds;

    Announcement(Member self, ReplicaLog log, Outbox outbox, Timeouts timeouts) {
        this.self = self;
        this.log = log;
        this.outbox = outbox;
        this.timeouts = timeouts;
    }

    /**
     * A generation has begun here. If it was by its SEAL, not by a later state, it is announced.
     *
     * @param before  the state before the step
     * @param decided whether this node's own session committed the SEAL
     */
    void begin(ReplicaState before, boolean decided, long now) {
        unheard.clear();
        seal = log.committed();
        if (seal.epoch().generation() + 1 != log.state().generation()) {
            return;
        }
        old = before.generation() == seal.epoch().generation() ? before.members() : List.of();
        unheard.addAll(old);
        log.state().members().stream().filter(member -> !unheard.contains(member)).forEach(unheard::add);
        unheard.remove(self);
        rounds = 0;
        until = now + timeouts.pursueMillis();
        dueAt = decided ? now : now + 2 * timeouts.resendMillis();
        tick(now);
    }

    /** A message of that generation came from a member. */
    void heard(Member from, long generation) {
        if (generation >= log.state().generation()) {
            unheard.remove(from);
        }
    }

    boolean isRunning(long now) {
        return !unheard.isEmpty() && now < until;
    }

    void tick(long now) {
        if (!isRunning(now) || now < dueAt) {
            return;
        }
        for (Member member : unheard) {
            send(member, new PeerMessage.Commit(seal));
            if (rounds > 0 || !old.contains(member)) { // an old member probably has the entry and need not pull
                send(member, new PeerMessage.PullHint(seal));
            }
        }
        dueAt = now + (timeouts.resendMillis() << Math.min(rounds, DOUBLINGS_MAX));
        rounds++;
    }

    private void send(Member to, PeerMessage message) {
        outbox.send(to, log.state().generation(), message);
    }
}
