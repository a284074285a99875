package dev.trine.deploy.bench;

/**
 * What we want a ratio to be at most.
 *
 * @param metric of the row
 * @param ratio  ours to theirs
 */
record Aim(Cost.Metric metric, double ratio) {
    static Aim wall(double ratio) {
        return new Aim(Cost.Metric.WALL, ratio);
    }

    static Aim cpu(double ratio) {
        return new Aim(Cost.Metric.CPU, ratio);
    }

    static Aim bytes(double ratio) {
        return new Aim(Cost.Metric.BYTES, ratio);
    }
}
