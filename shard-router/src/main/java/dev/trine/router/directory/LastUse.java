package dev.trine.router.directory;

import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Sha256;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes when credentials were presented last: in memory at once, in the database now and then, and when the router
 * stops. What was not written when the router or the database fails, or when more came than it keeps, is lost; it is
 * for people who look for credentials that nobody uses.
 */
public final class LastUse implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LastUse.class);
    private static final int KEPT_MAX = 100_000;
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Metadata metadata;
    private final Clock clock;
    private final Map<Sha256, Instant> tokens = new ConcurrentHashMap<>();
    private final Map<Sha256, Instant> keys = new ConcurrentHashMap<>();
    private final ExecutorService loop = Executors.newVirtualThreadPerTaskExecutor();

    LastUse(Metadata metadata, Clock clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    /** Begins to write what is noted. */
    public void start() {
        loop.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
                try {
                    write();
                } catch (RuntimeException e) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("the router is stopping");
                    }
                    log.atError().setCause(e).log("when credentials were used could not be written once");
                }
            }
            return null;
        });
    }

    /** A token that works was presented. */
    void token(Sha256 hash) {
        note(tokens, hash);
    }

    /** A key that is registered was presented. */
    void key(Sha256 fingerprint) {
        note(keys, fingerprint);
    }

    private void note(Map<Sha256, Instant> kept, Sha256 which) {
        if (kept.size() < KEPT_MAX) {
            kept.put(which, clock.instant());
        }
    }

    /** Writes what was noted; what cannot be written now is kept for the next time. */
    void write() {
        try {
            take(tokens, metadata.tokens()::used);
            take(keys, metadata.keys()::used);
        } catch (MetadataAwayException away) {
            log.atDebug().log("when credentials were used is written when the metadata database is back");
        }
    }

    private static void take(Map<Sha256, Instant> kept, Consumer<Map<Sha256, Instant>> write) {
        if (kept.isEmpty()) {
            return;
        }
        Map<Sha256, Instant> taken = new HashMap<>(kept);
        write.accept(taken);
        taken.forEach(kept::remove);
    }

    @Override
    public void close() {
        loop.shutdownNow();
        loop.close();
        try {
            write();
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("when credentials were used could not be written at the end");
        }
    }
}
