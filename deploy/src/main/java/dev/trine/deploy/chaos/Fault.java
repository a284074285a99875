package dev.trine.deploy.chaos;

import java.time.Duration;

/** One fault, with whom it hits. */
sealed interface Fault {
    /** Of which kind it is. */
    FaultKind kind();

    /** Whom it hits, in a few words. */
    String target();

    /** Ends one process at once. */
    record Kill(String service) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.KILL;
        }

        @Override
        public String target() {
            return service;
        }
    }

    /** Stops one process in its tracks. */
    record Freeze(String service) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.FREEZE;
        }

        @Override
        public String target() {
            return service;
        }
    }

    /** Cuts a git server off. */
    record Isolate(String node) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.ISOLATE;
        }

        @Override
        public String target() {
            return node;
        }
    }

    /** Loses what one git server sends to another. */
    record OneWay(String from, String to) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.ONE_WAY;
        }

        @Override
        public String target() {
            return from + " to " + to;
        }
    }

    /** Makes each byte take so long in each direction. */
    record Delay(String node, Duration each) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.DELAY;
        }

        @Override
        public String target() {
            return node + ", " + each.toMillis() + " ms";
        }
    }

    /** Lets so many bytes pass in a second. */
    record Throttle(String node, int bytesPerSecond) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.THROTTLE;
        }

        @Override
        public String target() {
            return node + ", " + bytesPerSecond / 1024 + " KiB/s";
        }
    }

    /** Resets connections. */
    record Reset(String node) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.RESET;
        }

        @Override
        public String target() {
            return node;
        }
    }

    /** Ends two git servers at once. */
    record TwoKilled(String first, String second) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.TWO_KILLED;
        }

        @Override
        public String target() {
            return first + " and " + second;
        }
    }

    /** Fills the disk of a git server. */
    record DiskFull(String node) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.DISK_FULL;
        }

        @Override
        public String target() {
            return node;
        }
    }

    /** Deletes what a git server keeps. */
    record DiskLost(String node) implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.DISK_LOST;
        }

        @Override
        public String target() {
            return node;
        }
    }

    /** Something happens to the metadata database. */
    record Database(FaultKind kind) implements Fault {
        @Override
        public String target() {
            return ClusterPlan.MARIADB;
        }
    }

    /** Restarts everything, in this order. */
    record RollingRestart() implements Fault {
        @Override
        public FaultKind kind() {
            return FaultKind.ROLLING_RESTART;
        }

        @Override
        public String target() {
            return "all";
        }
    }
}
