package dev.trine.server.repo;

import java.util.concurrent.atomic.AtomicLong;

/** The heap that packs may take while they are indexed, all together. Called by many threads. */
final class IntakeBudget {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    IntakeBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    private boolean tryTake(long wanted) {
        if (bytes.addAndGet(wanted) <= bytesMax) {
            return true;
        }
        bytes.addAndGet(-wanted);
        return false;
    }

    /** The share of one pack, empty. */
    Share open() {
        return new Share();
    }

    /** What one pack has taken; closing gives it back. Used by one thread. */
    final class Share implements AutoCloseable {
        private long taken;

        /** Takes what the pack cannot be indexed without. */
        void take(long wanted) throws UnusablePackException {
            if (!tryTake(wanted)) {
                throw new UnusablePackException("the pack needs more memory than this server has free for packs; push "
                    + "fewer objects at a time, or later");
            }
        }

        /** Gives back a part of what was taken. */
        void give(long bytesGiven) {
            bytes.addAndGet(-bytesGiven);
            taken -= bytesGiven;
        }

        /** Takes what it is only quicker with; false: there is not so much. */
        boolean tryTake(long wanted) {
            boolean there = IntakeBudget.this.tryTake(wanted);
            taken += there ? wanted : 0;
            return there;
        }

        @Override
        public void close() {
            bytes.addAndGet(-taken);
            taken = 0;
        }
    }
}
