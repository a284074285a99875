package dev.trine.router.workload;

import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the tokens of workloads an hour after their end. Several routers may do so at once. */
public final class WorkloadSweep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkloadSweep.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int AT_ONCE = 500;

    private final Metadata metadata;
    private final Clock clock;
    private final ExecutorService loop = Executors.newVirtualThreadPerTaskExecutor();

    public WorkloadSweep(Metadata metadata, Clock clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    /** Begins. */
    public void start() {
        loop.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
                try {
                    runOnce();
                } catch (MetadataAwayException away) {
                    log.atDebug().log("nothing is swept while the metadata database is away");
                } catch (RuntimeException e) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("the router is stopping");
                    }
                    log.atError().setCause(e).log("tokens of workloads could not be swept once");
                }
            }
            return null;
        });
    }

    /** Deletes those that ended an hour ago; says how many. */
    int runOnce() {
        Instant endedBefore = clock.instant().minus(KEPT);
        int all = 0;
        int swept = AT_ONCE;
        while (swept == AT_ONCE) {
            swept = metadata.tokens().sweepWorkloads(endedBefore, AT_ONCE);
            all += swept;
        }
        return all;
    }

    @Override
    public void close() {
        loop.shutdownNow();
        loop.close();
    }
}
