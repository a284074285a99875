package dev.trine.server.replica;

import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Proposal;
import dev.trine.server.replication.Ticket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What waits for a replica's loop, in order. Requests from outside are refused beyond {@link #OUTSIDE_MAX}; what the
 * loop's own effects report is always taken, since there are no more of them than effects. Filled by many threads,
 * emptied by one.
 */
final class Inbox {
    /** Greatest number of inputs that wait before one more from outside is refused. */
    static final int OUTSIDE_MAX = 2_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Deque<Input> waiting = new ArrayDeque<>(); // guarded by lock: taking and closing must be one step
    private Optional<String> closedBecause = Optional.empty(); // guarded by lock

    /** One thing to do. */
    sealed interface Input {
    }

    /** A message from this node itself. */
    record Told(Message message) implements Input {
    }

    /** A message from a peer. */
    record Arrived(Exchange exchange) implements Input {
    }

    /** A local request. */
    record Asked(Function<Ticket, Message> request, CompletableFuture<Answer> answer) implements Input {
    }

    /** A push. */
    record Proposed(Function<Ticket, Proposal> push, CompletableFuture<Answer> answer) implements Input {
    }

    /** Time has passed. */
    record Ticked() implements Input {
    }

    /** Something to run between two steps. */
    record Task(Runnable what, CompletableFuture<Boolean> done) implements Input {
    }

    /** The inbox is closed and empty. */
    record End() implements Input {
    }

    /** Takes a request from outside. */
    void offer(Input input) throws ReplicaStoppedException, OverloadedException {
        lock.lock();
        try {
            if (closedBecause.isPresent()) {
                throw new ReplicaStoppedException(closedBecause.get());
            }
            if (waiting.size() >= OUTSIDE_MAX) {
                throw new OverloadedException(OUTSIDE_MAX + " requests of one repository wait on this node");
            }
            put(input);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a report of this node's own. Returns false if the inbox is closed. */
    boolean add(Input input) {
        lock.lock();
        try {
            if (closedBecause.isEmpty()) {
                put(input);
            }
            return closedBecause.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The next input, waiting for it; {@link End} once the inbox is closed and empty. */
    Input take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && closedBecause.isEmpty()) {
                notEmpty.await();
            }
            return waiting.isEmpty() ? new End() : waiting.removeFirst();
        } finally {
            lock.unlock();
        }
    }

    /** The next input if it is a push. */
    Optional<Proposed> pollProposal() {
        lock.lock();
        try {
            if (waiting.peekFirst() instanceof Proposed proposed) {
                waiting.removeFirst();
                return Optional.of(proposed);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether something like that waits. */
    boolean holds(Predicate<Input> wanted) {
        lock.lock();
        try {
            return waiting.stream().anyMatch(wanted);
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what waits is still handed out. The first reason stands. */
    void close(String why) {
        lock.lock();
        try {
            closedBecause = closedBecause.or(() -> Optional.of(why));
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes if nothing waits and the condition holds at that moment. Returns whether it closed. */
    boolean closeIfEmpty(String why, BooleanSupplier condition) {
        lock.lock();
        try {
            if (!waiting.isEmpty() || closedBecause.isPresent() || !condition.getAsBoolean()) {
                return false;
            }
            close(why);
            return true;
        } finally {
            lock.unlock();
        }
    }

    Optional<String> closedBecause() {
        lock.lock();
        try {
            return closedBecause;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out all that waits. */
    List<Input> drain() {
        lock.lock();
        try {
            List<Input> all = List.copyOf(waiting);
            waiting.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    private void put(Input input) {
        waiting.addLast(input);
        notEmpty.signal();
    }
}
