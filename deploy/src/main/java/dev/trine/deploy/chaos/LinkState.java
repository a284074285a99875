package dev.trine.deploy.chaos;

import java.time.Duration;

/**
 * What a fault link does to the bytes that pass it. Forth is from who connects to who listens.
 *
 * @param cutForth       bytes forth wait until this ends, as packets that TCP sends again
 * @param cutBack        the same for bytes back
 * @param delay          how long each byte is under way, in each direction
 * @param bytesPerSecond most bytes in a second in each direction; 0: no limit
 * @param refusing       connections are reset, and new ones too
 */
record LinkState(boolean cutForth, boolean cutBack, Duration delay, long bytesPerSecond, boolean refusing) {
    /** Lets everything pass at once. */
    static final LinkState HEALTHY = new LinkState(false, false, Duration.ZERO, 0, false);

    LinkState withCut(boolean forth, boolean back) {
        return new LinkState(cutForth || forth, cutBack || back, delay, bytesPerSecond, refusing);
    }

    LinkState withDelay(Duration each) {
        return new LinkState(cutForth, cutBack, each, bytesPerSecond, refusing);
    }

    LinkState withBytesPerSecond(long rate) {
        return new LinkState(cutForth, cutBack, delay, rate, refusing);
    }

    LinkState withRefusal() {
        return new LinkState(cutForth, cutBack, delay, bytesPerSecond, true);
    }

    boolean isCut(Direction direction) {
        return direction == Direction.FORTH ? cutForth : cutBack;
    }

    /** Which way bytes go. */
    enum Direction { FORTH, BACK }
}
