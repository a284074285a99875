package dev.trine.server.rpc;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A virtual thread for each call of a service that blocks. To be closed after the server that ends the calls: closing
 * gives the threads a moment to notice, then interrupts them.
 */
final class CallThreads implements Executor, AutoCloseable {
    private static final Duration NOTICE_MAX = Duration.ofSeconds(5);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @Override
    public void execute(Runnable call) {
        threads.execute(call);
    }

    @Override
    public void close() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(NOTICE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            threads.shutdownNow();
            threads.awaitTermination(NOTICE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
