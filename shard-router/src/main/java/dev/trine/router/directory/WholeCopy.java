package dev.trine.router.directory;

import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.SshKeys;
import dev.trine.router.metadata.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a router's last known words whole. A router that kept only what passed through itself would, with the database
 * away, know nothing of those whose requests went through another router before. So it reads everything that the
 * database says, page by page, again and again; it takes at most a tenth of a thread.
 */
public final class WholeCopy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WholeCopy.class);
    private static final int PAGE = 1_000;
    private static final int READ_AGAIN_MAX = 10;
    private static final int REST_TIMES = 10;
    /** A database that says that a third of everything is gone has more likely been restored from an old copy. */
    private static final double SWEPT_SHARE_MAX = 1.0 / 3;

    private final Metadata metadata;
    private final Layers layers;
    private final Duration interval;
    private final ExecutorService loop = Executors.newVirtualThreadPerTaskExecutor();
    private boolean warned;

    WholeCopy(Metadata metadata, Layers layers, Duration interval) {
        this.metadata = metadata;
        this.layers = layers;
        this.interval = interval;
    }

    /** Begins. */
    public void start() {
        loop.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                long began = System.nanoTime();
                try {
                    runOnce();
                } catch (MetadataAwayException away) {
                    log.atDebug().log("nothing is copied while the metadata database is away");
                } catch (RuntimeException e) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("the router is stopping");
                    }
                    log.atError().setCause(e).log("copying who and where failed once");
                }
                long rest = REST_TIMES * (System.nanoTime() - began);
                TimeUnit.NANOSECONDS.sleep(Math.max(interval.toNanos(), rest));
            }
            return null;
        });
    }

    /** Reads everything once, and forgets what the database does not say any more. */
    void runOnce() {
        Reading reading = new Reading();
        reading.pages(0L, Tokens.Stored::id, at -> metadata.tokens().stored(at, PAGE),
            token -> reading.learn(Directory.tokenKey(token.hash()), CacheFormat.CREDENTIAL,
                token.credential()));
        reading.pages(0L, SshKeys.Stored::id, at -> metadata.keys().stored(at, PAGE),
            key -> reading.learn(Directory.sshKey(key.fingerprint()), CacheFormat.CREDENTIAL,
                key.credential()));
        reading.pages(0L, access -> access.user().id(), at -> metadata.users().accesses(at, PAGE),
            (Access access) -> {
                reading.learn(Directory.accessKey(access.user().id()), CacheFormat.ACCESS, access);
                reading.learn(Directory.nameKey(access.user().name()), CacheFormat.CREDENTIAL,
                    Directory.wholly(access.user()));
            });
        reading.pages("", repository -> repository.path().value(),
            at -> metadata.repositories().list(at, List.of(Scope.EVERYWHERE), PAGE),
            (Repository repository) -> reading.learn(Directory.pathKey(repository.path()), CacheFormat.REPOSITORY,
                repository));
        reading.learn(Directory.CLUSTER_KEY, CacheFormat.CLUSTER,
            new ClusterMap(metadata.cluster().nodes(), metadata.cluster().shards()));
        reading.learn(Directory.LIVE_KEY, CacheFormat.LIVE, Directory.live(metadata));
        reading.learn(Directory.MIGRATION_KEY, CacheFormat.MIGRATION, metadata.upstreams().plan());
        if (reading.isComplete()) {
            sweep(layers.sweep(reading.first(), SWEPT_SHARE_MAX));
        }
    }

    private void sweep(Layers.Sweep swept) {
        if (!swept.done() && !warned) {
            log.atError().addKeyValue("gone", swept.gone()).addKeyValue("of", swept.all())
                .log("the metadata database has suddenly lost much of what it said; the last known words are kept until"
                    + " they are too old: was it restored from an old copy?");
        }
        warned = !swept.done();
    }

    /** One reading of everything. */
    private final class Reading {
        private Instant first = Instant.MAX;
        private boolean complete = true;

        /** Goes through pages of things in order of a key. */
        <K, T> void pages(K first, Function<T, K> key, Function<K, List<T>> read, Consumer<T> learn) {
            List<T> page = page(first, read, learn);
            while (!page.isEmpty()) {
                page = page(key.apply(page.getLast()), read, learn);
            }
        }

        /** What was read while something changed through this router is read again, so that no old word is kept. */
        private <K, T> List<T> page(K at, Function<K, List<T>> read, Consumer<T> learn) {
            for (int i = 0; i < READ_AGAIN_MAX; i++) {
                long before = layers.changes();
                List<T> page = read.apply(at);
                if (layers.changes() == before) {
                    page.forEach(learn);
                    return page;
                }
            }
            complete = false;
            return read.apply(at);
        }

        /** Whether everything was learnt. */
        boolean isComplete() {
            return complete;
        }

        <T> void learn(String key, CacheFormat.Kind<T> kind, T value) {
            Instant at = layers.learn(key, kind, value);
            first = at.isBefore(first) ? at : first;
        }

        Instant first() {
            return first;
        }
    }

    /** Ends it, and waits until it has: what it fills is closed next. */
    @Override
    public void close() {
        loop.shutdownNow();
        loop.close();
    }
}
