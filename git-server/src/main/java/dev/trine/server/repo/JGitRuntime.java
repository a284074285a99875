package dev.trine.server.repo;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jgit.internal.storage.dfs.DfsBlockCache;
import org.eclipse.jgit.internal.storage.dfs.DfsBlockCacheConfig;
import org.eclipse.jgit.util.SystemReader;

/**
 * JGit, set up for a server: no user or system configuration, no probing of file systems, its block
 * cache. JGit keeps these for the whole process, so the last start in a process decides. Owns the threads that resolve
 * deltas.
 */
public final class JGitRuntime implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 << 10;

    private final ExecutorService workers;
    private final int workerCount;

    private JGitRuntime(ExecutorService workers, int workerCount) {
        this.workers = workers;
        this.workerCount = workerCount;
    }

    /** Sets JGit up and starts the threads. Call it before anything else touches JGit. */
    public static JGitRuntime start(JGitSettings settings) {
        SystemReader.setInstance(new ServerSystemReader());
        DfsBlockCache.reconfigure(new DfsBlockCacheConfig()
            .setBlockSize(BLOCK_BYTES)
            .setBlockLimit(settings.blockCacheBytes())
            .setStreamRatio(1.0)
            .setConcurrencyLevel(Math.max(4, Runtime.getRuntime().availableProcessors())));
        ExecutorService workers = Executors.newFixedThreadPool(settings.indexThreads(),
            Thread.ofPlatform().name("pack-index-", 1).daemon(true).factory());
        return new JGitRuntime(workers, settings.indexThreads());
    }

    /** Threads for work that is bound by the processor. */
    ExecutorService workers() {
        return workers;
    }

    /** How many of them there are. */
    int workerCount() {
        return workerCount;
    }

    /** Gives up what the threads still work on: whoever waited for it is gone. */
    @Override
    public void close() {
        workers.shutdownNow();
    }
}
