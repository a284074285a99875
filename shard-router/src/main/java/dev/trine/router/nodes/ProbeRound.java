package dev.trine.router.nodes;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import dev.trine.router.routing.Evidence;
import dev.trine.router.routing.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One probe of all members of one repository, shared by the requests that arrived before it began. Any thread. */
public final class ProbeRound {
    private final Placement placement;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<ProbeOutcome> outcomes = new ArrayList<>();
    private long secondVoteNanos;
    private int votes;

    ProbeRound(Placement placement) {
        this.placement = placement;
    }

    /** Adds what a member did; returns whether with that two votes are there, or nobody else will answer. */
    boolean add(ProbeOutcome outcome) {
        lock.lock();
        try {
            boolean before = isSettled();
            outcomes.add(outcome);
            boolean vote = outcome.answer().filter(this::isVote).isPresent();
            if (vote && ++votes == 2) {
                secondVoteNanos = System.nanoTime();
            }
            if (!vote || isSettled()) {
                changed.signalAll(); // nothing follows from one vote while others are awaited: it wakes nobody
            }
            return !before && isSettled();
        } finally {
            lock.unlock();
        }
    }

    private boolean isVote(ProbeAnswer answer) {
        return answer.role() == Role.VOTER && answer.generation() == placement.generation()
            && placement.members().contains(answer.from());
    }

    private boolean isSettled() {
        return votes >= 2 || outcomes.size() == placement.members().size();
    }

    /** All outcomes so far, in order of arrival. */
    public List<ProbeOutcome> outcomes() {
        lock.lock();
        try {
            return List.copyOf(outcomes);
        } finally {
            lock.unlock();
        }
    }

    /** Whether two voters of the placement have answered for longer than that. */
    public boolean hasTwoVotesFor(Duration time) {
        lock.lock();
        try {
            return votes >= 2 && System.nanoTime() - secondVoteNanos >= time.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there are more than so many outcomes, or the time is over. */
    public void await(int moreThan, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (outcomes.size() <= moreThan && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The outcomes as evidence, with members that are not waited for any longer counted as silent. */
    public static Evidence evidence(List<ProbeOutcome> outcomes, Map<NodeId, String> givenUp) {
        Map<NodeId, String> silent = new HashMap<>(givenUp);
        outcomes.stream().filter(outcome -> outcome.answer().isPresent())
            .forEach(outcome -> silent.remove(outcome.node()));
        outcomes.stream().filter(outcome -> outcome.answer().isEmpty())
            .forEach(outcome -> silent.put(outcome.node(), outcome.problem()));
        return new Evidence(outcomes.stream().flatMap(outcome -> outcome.answer().stream()).toList(), silent);
    }
}
