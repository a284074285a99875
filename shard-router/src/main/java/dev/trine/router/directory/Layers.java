package dev.trine.router.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.proto.CacheEntry;
import dev.trine.router.directory.CacheFormat.Kind;
import dev.trine.router.metadata.MetadataAwayException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Three layers under every question: what the database said a moment ago (memory), the database, and while that is
 * away what it said last (disk). Only what exists is kept; that something does not exist is asked anew each time.
 */
final class Layers implements AutoCloseable {
    private static final int FRESH_ENTRIES_MAX = 100_000;
    private static final long SWEPT_ALWAYS_MAX = 100;

    private final LastKnown disk;
    private final Clock clock;
    private final Duration ageMax;
    private final Cache<String, Object> fresh;
    /** Counts changes made through this router, so that an answer read before a change is not kept after it. */
    private final AtomicLong changes = new AtomicLong();

    private Layers(LastKnown disk, Clock clock, Duration freshFor, Duration ageMax) {
        this.disk = disk;
        this.clock = clock;
        this.ageMax = ageMax;
        this.fresh = Caffeine.newBuilder().maximumSize(FRESH_ENTRIES_MAX).expireAfterWrite(freshFor).build();
    }

    /**
     * Opens the layers.
     *
     * @param freshFor how long the database's word counts without asking again
     * @param ageMax   how old the last known word may be
     */
    static Layers open(Path directory, Seal seal, Clock clock, Duration freshFor, Duration ageMax)
        throws IOException {
        return new Layers(LastKnown.open(directory, seal), clock, freshFor, ageMax);
    }

    /** Asks the layers in turn. Throws {@link MetadataAwayException} when neither database nor disk can say. */
    <T> Known<Optional<T>> ask(String key, Kind<T> kind, Supplier<Optional<T>> database) {
        @SuppressWarnings("unchecked")
        T atOnce = (T) fresh.getIfPresent(key);
        if (atOnce != null) {
            return new Known<>(Optional.of(atOnce), Known.Source.DATABASE, Duration.ZERO);
        }
        long before = changes.get();
        Optional<T> said;
        try {
            said = database.get();
        } catch (MetadataAwayException away) {
            return lastKnown(key, kind).orElseThrow(() -> away);
        }
        if (said.isEmpty()) {
            forget(key);
        } else if (changes.get() == before) {
            keep(key, kind, said.get());
        }
        return new Known<>(said, Known.Source.DATABASE, Duration.ZERO);
    }

    private <T> Optional<Known<Optional<T>>> lastKnown(String key, Kind<T> kind) {
        return disk.get(key).flatMap(CacheFormat::parse).flatMap(entry -> {
            Duration age = age(entry, clock.instant());
            return age.compareTo(ageMax) > 0 ? Optional.empty() : Optional.of(
                new Known<>(Optional.of(kind.get(entry)), Known.Source.CACHE, age.isNegative() ? Duration.ZERO : age));
        });
    }

    private boolean isTooOld(CacheEntry entry, Instant now) {
        return age(entry, now).compareTo(ageMax) > 0;
    }

    private static Duration age(CacheEntry entry, Instant now) {
        return Duration.between(Instant.ofEpochMilli(entry.getReadMs()), now);
    }

    /** Whether something is kept for when the database is away, however old. */
    boolean isKept(String key) {
        return disk.get(key).isPresent();
    }

    /** Keeps what the database just said. */
    <T> void keep(String key, Kind<T> kind, T value) {
        learn(key, kind, value);
        fresh.put(key, value);
    }

    /** Keeps what the database just said, for when it is away; nobody asked for it now. Returns when that was. */
    <T> Instant learn(String key, Kind<T> kind, T value) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        CacheEntry.Builder entry = CacheEntry.newBuilder().setReadMs(now.toEpochMilli());
        kind.put(value, entry);
        disk.put(key, entry.build().toByteArray());
        return now;
    }

    /** How many changes were made through this router. */
    long changes() {
        return changes.get();
    }

    /**
     * Forgets what the database did not say any more when all of it was read; and credentials that have ended, and what
     * is too old to be used, which counts as no loss.
     *
     * @param before   what was read before that moment is forgotten
     * @param keepMost if more than this share of all would go, and more than a few, nothing is forgotten
     * @return what was forgotten, or what would have been
     */
    Sweep sweep(Instant before, double keepMost) {
        List<String> old = new ArrayList<>();
        List<String> ended = new ArrayList<>();
        AtomicLong all = new AtomicLong();
        Instant now = clock.instant();
        disk.forEach((key, bytes) -> {
            Optional<CacheEntry> entry = CacheFormat.parse(bytes);
            if (entry.filter(e -> CacheFormat.hasEnded(e, now) || isTooOld(e, now)).isPresent()) {
                ended.add(key);
                return;
            }
            all.incrementAndGet();
            if (entry.filter(e -> e.getReadMs() >= before.toEpochMilli()).isEmpty()) {
                old.add(key);
            }
        });
        ended.forEach(this::forget);
        boolean tooMany = old.size() > Math.max(SWEPT_ALWAYS_MAX, keepMost * all.get());
        if (!tooMany) {
            old.forEach(this::forget);
        }
        return new Sweep(old.size(), all.get(), !tooMany);
    }

    /** What a sweep found gone, of how many, and whether it forgot it. */
    record Sweep(long gone, long all, boolean done) {
    }

    /** Forgets what was changed through this router. */
    void changed(String key) {
        changes.incrementAndGet();
        forget(key);
    }

    /**
     * Asks the database anew for what was changed through this router and is fresh in memory; what is on disk is read
     * again soon, or was not changed by it.
     */
    void changedBelow(Predicate<String> which) {
        changes.incrementAndGet();
        fresh.asMap().keySet().removeIf(which);
    }

    private void forget(String key) {
        fresh.invalidate(key);
        disk.remove(key);
    }

    @Override
    public void close() {
        disk.close();
    }
}
