package dev.trine.lab.sim;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Virtual time: what happens when, one event at a time. The only source of randomness of a run. */
final class Timeline {
    private final SplittableRandom random;
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private long now;
    private long order;
    private long steps;
    private long faultsEnd;

    Timeline(SplittableRandom random, long faultsEnd) {
        this.random = random;
        this.faultsEnd = faultsEnd;
    }

    /** Milliseconds since the run began. */
    long now() {
        return now;
    }

    /** Events so far. */
    long steps() {
        return steps;
    }

    SplittableRandom random() {
        return random;
    }

    /** Whether faults still happen. */
    boolean isFaulty() {
        return now <= faultsEnd;
    }

    long faultsEnd() {
        return faultsEnd;
    }

    void after(long millis, Runnable action) {
        events.add(new Event(now + millis, order++, action));
    }

    /** Lets the next event happen, unless it lies after that time. */
    boolean next(long latest) {
        if (events.isEmpty() || events.peek().at() > latest) {
            return false;
        }
        Event event = events.poll();
        now = event.at();
        steps++;
        event.action().run();
        return true;
    }

    /** Lets everything happen that happens in that time. */
    void runFor(long millis) {
        long end = now + millis;
        while (next(end)) {
            continue;
        }
        now = end;
    }

    private record Event(long at, long order, Runnable action) {
    }
}
