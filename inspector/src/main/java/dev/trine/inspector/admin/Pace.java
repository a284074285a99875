package dev.trine.inspector.admin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** How fast something goes on, from what was seen of it in the last seconds. */
final class Pace {
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final Duration SPAN_MIN = Duration.ofMillis(900);

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** So much was done at that time, on a clock that never jumps. */
    private record Sample(long nanos, long done) {
    }

    /** Takes what was seen now. */
    void seen(long nanos, long done) {
        samples.addLast(new Sample(nanos, done));
        while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW.toNanos()) {
            samples.removeFirst();
        }
    }

    /** Per second; empty: not known yet. */
    Optional<Double> perSecond() {
        if (samples.isEmpty()) {
            return Optional.empty();
        }
        long span = samples.getLast().nanos() - samples.getFirst().nanos();
        long done = samples.getLast().done() - samples.getFirst().done();
        return span < SPAN_MIN.toNanos() || done <= 0 ? Optional.empty() : Optional.of(done * 1e9 / span);
    }

    /** How long so much more will take; empty: not known. */
    Optional<Duration> until(long left) {
        return perSecond().map(rate -> Duration.ofSeconds(Math.max(1, Math.round(left / rate))));
    }
}
