package dev.trine.server.replica;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this node remembers of one peer from the outcomes of real calls, so that a dead or hung peer does not cost each
 * request a timeout. A peer is down after one refused connection or two calls in a row without an answer; while it is
 * down, calls fail at once except one trial per {@link #TRIAL_EVERY}. Used by many threads; time is handed in.
 */
final class PeerHealth {
    /** How often a peer that is down is tried again. */
    static final Duration TRIAL_EVERY = Duration.ofMillis(250);

    private static final int SILENT_CALLS_MAX = 2;

    private final ReentrantLock lock = new ReentrantLock();
    private int failuresInARow;
    private boolean down;
    private long nextTrialNanos;

    /** What a call's outcome changed. */
    enum Change {
        NONE, WENT_DOWN, CAME_BACK
    }

    /** How a call failed. */
    enum Failure {
        /** The connection was refused or broke: nobody listens there. */
        REFUSED,
        /** No answer within the deadline: dead, hung, or only slow. */
        SILENT
    }

    /** Whether a call may be tried now; while the peer is down, true at most once per {@link #TRIAL_EVERY}. */
    boolean mayCall(long nowNanos) {
        lock.lock();
        try {
            if (!down) {
                return true;
            }
            if (nowNanos - nextTrialNanos < 0) {
                return false;
            }
            nextTrialNanos = nowNanos + TRIAL_EVERY.toNanos();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the last calls say that the peer does not answer. */
    boolean isDown() {
        lock.lock();
        try {
            return down;
        } finally {
            lock.unlock();
        }
    }

    Change answered() {
        lock.lock();
        try {
            failuresInARow = 0;
            boolean cameBack = down;
            down = false;
            return cameBack ? Change.CAME_BACK : Change.NONE;
        } finally {
            lock.unlock();
        }
    }

    Change failed(Failure how, long nowNanos) {
        lock.lock();
        try {
            failuresInARow++;
            if (down) {
                return Change.NONE;
            }
            if (how == Failure.SILENT && failuresInARow < SILENT_CALLS_MAX) {
                return Change.NONE;
            }
            down = true;
            nextTrialNanos = nowNanos + TRIAL_EVERY.toNanos();
            return Change.WENT_DOWN;
        } finally {
            lock.unlock();
        }
    }
}
