package dev.trine.deploy.bench;

import java.time.Duration;
import java.util.List;

/** Times of the same work done several times, at least once. */
public record Samples(List<Duration> times) {
    public Samples {
        if (times.isEmpty()) {
            throw new IllegalArgumentException("no samples");
        }
        times = times.stream().sorted().toList();
    }

    /** The middle one in milliseconds. */
    public double medianMillis() {
        return percentileMillis(50);
    }

    /** Nearest-rank percentile in milliseconds. */
    public double percentileMillis(int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * times.size());
        return times.get(Math.max(1, rank) - 1).toNanos() / 1e6;
    }
}
