package dev.trine.common.relay;

import java.util.concurrent.atomic.AtomicLong;

/** The heap that all exchanges together may take for what they might have to send a second time. Any thread. */
final class ReplayRoom {
    private final AtomicLong bytesFree;

    ReplayRoom(long bytes) {
        bytesFree = new AtomicLong(bytes);
    }

    /** Takes so many bytes, to be given back; false: there are not so many. */
    boolean take(long bytes) {
        if (bytesFree.addAndGet(-bytes) >= 0) {
            return true;
        }
        bytesFree.addAndGet(bytes);
        return false;
    }

    void give(long bytes) {
        bytesFree.addAndGet(bytes);
    }

    long bytesFree() {
        return bytesFree.get();
    }
}
