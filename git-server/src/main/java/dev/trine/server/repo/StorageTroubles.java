package dev.trine.server.repo;

import dev.trine.common.model.RepoId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where it is told that the Git storage of a repository misbehaves. Keeps what is told before somebody listens. Called
 * by whichever thread met the trouble.
 */
public final class StorageTroubles {
    private static final int KEPT_MAX = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Found> early = new ArrayList<>(); // guarded by lock: keeping and listening must be one step
    private final AtomicLong count = new AtomicLong();
    private final AtomicReference<@Nullable StorageTrouble> first = new AtomicReference<>();
    private Optional<Watch> watch = Optional.empty(); // guarded by lock

    /** Told of trouble; returns soon, and may be told the same often. */
    @FunctionalInterface
    public interface Watch {
        /** That repository's storage misbehaves. */
        void found(RepoId repo, StorageTrouble trouble);
    }

    private record Found(RepoId repo, StorageTrouble trouble) {
    }

    /** From now on tells this one, and at once what nobody was told of. */
    public void tell(Watch listener) {
        List<Found> untold;
        lock.lock();
        try {
            watch = Optional.of(listener);
            untold = List.copyOf(early);
            early.clear();
        } finally {
            lock.unlock();
        }
        untold.forEach(each -> listener.found(each.repo, each.trouble));
    }

    /** How often something was found since the node started. */
    public long count() {
        return count.get();
    }

    /** What was found first since the node started. */
    public Optional<StorageTrouble> first() {
        return Optional.ofNullable(first.get());
    }

    /** Tells of trouble. */
    public void found(RepoId repo, StorageTrouble trouble) {
        count.incrementAndGet();
        first.compareAndSet(null, trouble);
        Optional<Watch> now;
        lock.lock();
        try {
            now = watch;
            if (now.isEmpty() && early.size() < KEPT_MAX) {
                early.add(new Found(repo, trouble));
            }
        } finally {
            lock.unlock();
        }
        now.ifPresent(each -> each.found(repo, trouble));
    }
}
