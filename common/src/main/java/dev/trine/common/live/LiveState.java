package dev.trine.common.live;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The live values that a service has: replaced as a whole by newer ones, and kept while nobody tells any. They are kept
 * in memory only; a service that has started and was told nothing runs on its configuration. Called by many threads.
 */
public final class LiveState {
    private final List<Consumer<LiveValues>> users = new CopyOnWriteArrayList<>();
    private volatile LiveValues now = LiveValues.NONE;

    /** What it has now. */
    public LiveValues now() {
        return now;
    }

    /** Somebody is to be told of all newer values, by the thread that brings them. */
    public void whenChanged(Consumer<LiveValues> user) {
        users.add(user);
    }

    /** Takes values, if they are newer than those that are here; returns whether they were. */
    public synchronized boolean take(LiveValues newer) {
        if (newer.stamp() <= now.stamp()) {
            return false;
        }
        now = newer;
        users.forEach(user -> user.accept(newer));
        return true;
    }
}
