package dev.trine.common.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened through it, newest first. Used by one thread at a time. */
public final class Closer implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Takes over a thing that is open, and returns it. */
    public <T extends AutoCloseable> T open(T thing) {
        opened.push(thing);
        return thing;
    }

    /** Closes everything; the first failure is thrown after the rest was closed, the others are attached to it. */
    @Override
    public void close() throws Exception {
        Exception first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
