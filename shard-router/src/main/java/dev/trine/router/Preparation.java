package dev.trine.router;

import dev.trine.common.lifecycle.StartException;
import dev.trine.router.metadata.MetadataAwayException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the {@link Bootstrap}: at once, or if the metadata database is away, as soon as it is back. */
final class Preparation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Preparation.class);
    private static final int RETRY_SECONDS = 1;

    private final Bootstrap bootstrap;
    private final ExecutorService later = Executors.newVirtualThreadPerTaskExecutor();

    Preparation(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    void start() throws StartException {
        try {
            bootstrap.apply();
        } catch (MetadataAwayException away) {
            log.atWarn().addKeyValue("problem", away.getMessage()).log("starting with what the cache knows");
            later.submit(this::retry);
        }
    }

    private Void retry() throws InterruptedException {
        while (true) {
            TimeUnit.SECONDS.sleep(RETRY_SECONDS);
            try {
                bootstrap.apply();
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
