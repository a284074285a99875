package dev.trine.deploy.bench;

import java.util.List;

/** Costs of the same work done several times, at least once. */
record Costs(List<Cost> all) {
    Costs {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        all = List.copyOf(all);
    }

    /** All values of one metric. */
    Samples samples(Cost.Metric metric) {
        return new Samples(all.stream().map(metric::of).toList());
    }

    /**
     * The one value that stands for all: the middle time, the mean processor time (the system counts it in steps of ten
     * milliseconds, which add up right), the most memory, the middle number of bytes.
     */
    double typical(Cost.Metric metric) {
        Samples samples = samples(metric);
        return switch (metric) {
            case WALL, BYTES -> samples.median();
            case CPU -> samples.mean();
            case MEMORY -> samples.percentile(100);
        };
    }
}
