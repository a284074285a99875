package dev.trine.deploy.bench;

import java.time.Duration;
import java.util.List;

/** Values of the same thing measured several times, at least once. */
public record Samples(List<Double> values) {
    public Samples {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no samples");
        }
        values = values.stream().sorted().toList();
    }

    /** Times in milliseconds. */
    public static Samples ofTimes(List<Duration> times) {
        return new Samples(times.stream().map(time -> time.toNanos() / 1e6).toList());
    }

    /** The middle one. */
    public double median() {
        return percentile(50);
    }

    /** Nearest-rank percentile. */
    public double percentile(int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * values.size());
        return values.get(Math.max(1, rank) - 1);
    }

    /** Arithmetic mean. */
    public double mean() {
        return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    }
}
