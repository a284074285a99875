package dev.trine.router.live;

import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.LiveValues;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.MetadataAwayException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is set live, as this router last heard it: looked at again and again, and kept while nobody can say. */
public final class LiveCopy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveCopy.class);

    private final Directory directory;
    private final ExecutorService loop = Executors.newVirtualThreadPerTaskExecutor();
    private volatile LiveValues now = LiveValues.NONE;

    /** Knows what the directory knows now. */
    public LiveCopy(Directory directory) {
        this.directory = directory;
        look();
    }

    /** Begins to look, so often. */
    public void start(Duration interval) {
        loop.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
                try {
                    look();
                } catch (RuntimeException e) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("the router is stopping");
                    }
                    log.atError().setCause(e).log("looking for live settings failed once");
                }
            }
            return null;
        });
    }

    /** Looks once; one after the other, or what was read earlier might come in the place of what is newer. */
    synchronized void look() {
        try {
            now = directory.live().value();
        } catch (MetadataAwayException away) {
            log.atDebug().log("live settings are kept as they were, the metadata database is away");
        }
    }

    /** What is set. */
    public LiveValues now() {
        return now;
    }

    /** Whether public repositories are read without signing in. */
    public boolean anonymousRead(boolean configured) {
        return now.get(LiveSettings.ANONYMOUS_READ, configured);
    }

    @Override
    public void close() {
        loop.shutdownNow();
        loop.close();
    }
}
