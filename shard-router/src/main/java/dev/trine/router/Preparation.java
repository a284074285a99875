package dev.trine.router;

import dev.trine.common.lifecycle.StartException;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.MetadataAwayException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the {@link Bootstrap}: at once, or if the metadata database is away, as soon as it is back. Until then a
 * router goes on with what its cache knows; one that knows nothing yet waits for the database, but not for ever.
 */
final class Preparation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Preparation.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Bootstrap bootstrap;
    private final Directory directory;
    private final Duration firstMax;
    private final ExecutorService later = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Prepares nothing yet.
     *
     * @param directory what the cache knows
     * @param firstMax  how long a router that knows nothing waits for the database
     */
    Preparation(Bootstrap bootstrap, Directory directory, Duration firstMax) {
        this.bootstrap = bootstrap;
        this.directory = directory;
        this.firstMax = firstMax;
    }

    /** Returns when the router knows its cluster, from the database or from its cache. */
    void start() throws StartException, InterruptedException {
        try {
            prepare();
        } catch (MetadataAwayException away) {
            if (isClusterKnown()) {
                log.atWarn().addKeyValue("problem", away.getMessage()).log("starting with what the cache knows");
                later.submit(this::retry);
            } else {
                log.atWarn().addKeyValue("problem", away.getMessage()).addKeyValue("seconds", firstMax.toSeconds())
                    .log("waiting for the metadata database: this router has never seen it, and knows nothing of the"
                        + " cluster");
                awaitFirst();
            }
        }
    }

    private void prepare() throws StartException {
        bootstrap.apply();
        directory.cluster();
    }

    private boolean isClusterKnown() {
        try {
            directory.cluster();
            return true;
        } catch (MetadataAwayException away) {
            return false;
        }
    }

    private void awaitFirst() throws StartException, InterruptedException {
        long end = System.nanoTime() + firstMax.toNanos();
        boolean prepared = false;
        while (!prepared) {
            TimeUnit.NANOSECONDS.sleep(Math.min(RETRY.toNanos(), Math.max(0, end - System.nanoTime())));
            try {
                prepare();
                prepared = true;
            } catch (MetadataAwayException away) {
                if (System.nanoTime() - end >= 0) {
                    throw new StartException(away.getMessage() + " (and this router has never seen it, so that it knows"
                        + " nothing of the cluster; it has waited for " + firstMax.toSeconds()
                        + " s, which metadata.first-max sets)", away);
                }
            }
        }
        log.atInfo().log("metadata database is prepared");
    }

    private Void retry() throws InterruptedException {
        while (true) {
            TimeUnit.NANOSECONDS.sleep(RETRY.toNanos());
            try {
                prepare();
                log.atInfo().log("metadata database is prepared");
                return null;
            } catch (MetadataAwayException away) {
                log.atDebug().log("metadata database is still away");
            } catch (StartException | RuntimeException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("the router is stopping");
                }
                log.atError().setCause(e).log("metadata database cannot be prepared");
                return null;
            }
        }
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
