package dev.trine.deploy.bench;

import java.time.Duration;

/**
 * What one piece of work cost.
 *
 * @param wall        time that the client saw
 * @param cpu         processor time of all processes of the server side, until they were quiet again
 * @param memoryBytes most memory of the server side that is backed by no file, at any moment of it
 * @param bytes       that the client received; 0: not counted
 */
record Cost(Duration wall, Duration cpu, long memoryBytes, long bytes) {
    /** The same with so much more processor time. */
    Cost andCpu(Duration more) {
        return new Cost(wall, cpu.plus(more), memoryBytes, bytes);
    }

    /** One of the things that a piece of work costs. */
    enum Metric {
        /** Milliseconds at the client. */
        WALL("wall", "ms"),
        /** Milliseconds of processors at the server. */
        CPU("server CPU", "ms"),
        /** Mebibytes at the server. */
        MEMORY("server memory", "MiB"),
        /** Kilobytes received. */
        BYTES("received", "kB");

        private final String title;
        private final String unit;

        Metric(String title, String unit) {
            this.title = title;
            this.unit = unit;
        }

        String title() {
            return title;
        }

        String unit() {
            return unit;
        }

        /** That part of a cost, in its unit. */
        double of(Cost cost) {
            return switch (this) {
                case WALL -> cost.wall().toNanos() / 1e6;
                case CPU -> cost.cpu().toNanos() / 1e6;
                case MEMORY -> cost.memoryBytes() / (double) (1 << 20);
                case BYTES -> cost.bytes() / 1e3;
            };
        }
    }
}
