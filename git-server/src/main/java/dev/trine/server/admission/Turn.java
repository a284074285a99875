package dev.trine.server.admission;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to do a piece of work. Whoever got it closes it; closing it again does nothing. */
public final class Turn implements AutoCloseable {
    private final Runnable end;
    private final AtomicBoolean ended = new AtomicBoolean();

    Turn(Runnable end) {
        this.end = end;
    }

    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            end.run();
        }
    }
}
