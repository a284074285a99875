package dev.trine.server.admission;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Lane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Work that has its turn, and work that waits for it: whoever waits is served round-robin among the users, however much
 * one of them asks for. Nothing that may run ever waits. Pure: knows no clock, wakes nobody; used by one thread at a
 * time.
 */
final class FairQueue {
    private final WaitingLanes lanes = new WaitingLanes();
    private final Map<Lane, Integer> runningOfLane = new HashMap<>();
    private final Map<RepoId, Integer> runningInRepository = new HashMap<>();
    private final Map<String, Integer> runningFromAddress = new HashMap<>();
    private QueueLimits limits;
    private int running;
    private int waiting;
    private Optional<Map<Ticket, Integer>> places = Optional.empty();

    FairQueue(QueueLimits limits) {
        this.limits = limits;
    }

    /** What becomes of new work. */
    sealed interface Entered {
        /** It has its turn, or waits for it. */
        record Taken(Ticket ticket) implements Entered {
        }

        /** Too many wait already. */
        record Full(Bound bound) implements Entered {
        }
    }

    /** Which bound on those who wait was reached. */
    enum Bound {
        /** That of one user. */
        OF_LANE,
        /** That of all. */
        OF_ALL
    }

    /**
     * From now on these bounds hold. What runs goes on, and who waits goes on waiting, even if that is more.
     *
     * @return what has its turn now
     */
    List<Ticket> limit(QueueLimits now) {
        limits = now;
        return grant();
    }

    /** The bounds that hold. */
    QueueLimits limits() {
        return limits;
    }

    /** Asks for a turn. */
    Entered enter(Claimant who) {
        Optional<Bound> full = full(who);
        if (full.isPresent() && !mayRun(who)) {
            return new Entered.Full(full.get());
        }
        Ticket ticket = new Ticket(who);
        lanes.add(ticket, who);
        waiting++;
        grant(); // nobody else can run, or he would already
        return new Entered.Taken(ticket);
    }

    /** Which bound keeps him from waiting; empty: he may. */
    Optional<Bound> full(Claimant who) {
        if (lanes.count(who.lane()) >= limits.waitingOfLane()) {
            return Optional.of(Bound.OF_LANE);
        }
        return waiting >= limits.waiting() ? Optional.of(Bound.OF_ALL) : Optional.empty();
    }

    /** Whether work for him would have its turn at once. */
    boolean mayRun(Claimant who) {
        return running < limits.running()
            && runningOfLane.getOrDefault(who.lane(), 0) < limits.runningOfLane()
            && runningInRepository.getOrDefault(who.repo(), 0) < limits.runningInRepository()
            && (who.address().isEmpty()
                || runningFromAddress.getOrDefault(who.address(), 0) < limits.runningFromAddress());
    }

    /**
     * Somebody else wants the same done: it also stands in his lane, unless too much does.
     *
     * @return what has its turn now
     */
    List<Ticket> claim(Ticket ticket, Claimant also) {
        if (ticket.isRunning() || ticket.isClaimedBy(also) || lanes.count(also.lane()) >= limits.waitingOfLane()) {
            return List.of();
        }
        ticket.add(also);
        lanes.add(ticket, also);
        return grant();
    }

    /**
     * The work is done, or given up.
     *
     * @return what has its turn now
     */
    List<Ticket> leave(Ticket ticket) {
        Optional<Claimant> had = ticket.grantedTo();
        if (had.isPresent()) {
            running--;
            lower(runningOfLane, had.get().lane());
            lower(runningInRepository, had.get().repo());
            lower(runningFromAddress, had.get().address());
        } else {
            lanes.remove(ticket);
            waiting--;
        }
        return grant();
    }

    /** Which turn from now on is its own, if turns end one by one and nobody else comes; 1: the next. */
    int place(Ticket ticket) {
        if (places.isEmpty()) {
            Map<Ticket, Integer> order = new HashMap<>();
            WaitingLanes rest = lanes.copy();
            Optional<WaitingLanes.Claim> next = rest.next(who -> true, limits.weights());
            while (next.isPresent()) {
                order.put(next.get().ticket(), order.size() + 1);
                next = rest.next(who -> true, limits.weights());
            }
            places = Optional.of(order);
        }
        return places.get().getOrDefault(ticket, 0);
    }

    int running() {
        return running;
    }

    int waiting() {
        return waiting;
    }

    private List<Ticket> grant() {
        places = Optional.empty();
        List<Ticket> granted = new ArrayList<>();
        while (running < limits.running()) {
            Optional<WaitingLanes.Claim> next = lanes.next(this::mayRun, limits.weights());
            if (next.isEmpty()) {
                return granted;
            }
            Claimant who = next.get().who();
            next.get().ticket().grant(who);
            granted.add(next.get().ticket());
            waiting--;
            running++;
            runningOfLane.merge(who.lane(), 1, Integer::sum);
            runningInRepository.merge(who.repo(), 1, Integer::sum);
            runningFromAddress.merge(who.address(), 1, Integer::sum);
        }
        return granted;
    }

    private static <K> void lower(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
    }
}
