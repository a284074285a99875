package dev.trine.server.replica;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import dev.trine.server.repo.StorageTrouble;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import dev.trine.server.store.ScrubLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all packs of the node to their end, slowly, one round after the other, so that damage is found before anybody
 * needs what is damaged. Goes on where it was when the node starts again. First of all, at each start, it looks whether
 * every listed pack is there and has its two ends.
 */
public final class Scrub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    private static final Duration LOG_EVERY = Duration.ofSeconds(1);
    /** A pack counts as so many bytes at least: to open its files costs as much as to read them. */
    private static final int PACK_BYTES_MIN = 64 << 10;

    private final ReplicaStore store;
    private final PackFiles files;
    private final ScrubLog log;
    private final SafetySettings settings;
    private final Clock clock;
    private final AtomicLong packs = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("scrub").unstarted(this::run);

    Scrub(ReplicaStore store, PackFiles files, ScrubLog log, SafetySettings settings, Clock clock) {
        this.store = store;
        this.files = files;
        this.log = log;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * How far it is.
     *
     * @param round   present or last round
     * @param packs   verified since the node started
     * @param bytes   read for that
     * @param damaged packs among them
     */
    public record Progress(ScrubLog.Round round, long packs, long bytes, long damaged) {
    }

    void start() {
        thread.start();
    }

    Progress progress() {
        return new Progress(log.round(), packs.get(), bytes.get(), damaged.get());
    }

    private void run() {
        try {
            outlines();
            while (settings.scrubRate().bytes() > 0 && !stopped.await(untilDue().toMillis(), TimeUnit.MILLISECONDS)) {
                if (untilDue().isZero()) {
                    round();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            LOG.atDebug().setCause(e).log("scrub ended with the store");
        }
    }

    private Duration untilDue() {
        ScrubLog.Round round = log.round();
        Duration left = Duration.between(clock.instant(), round.began().plus(settings.scrubEvery()));
        if (round.isUnderWay() || round.began().equals(Instant.EPOCH) || left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY;
    }

    /** Whether what is listed is there, without reading it. */
    private void outlines() {
        for (RepoId repo : store.repositories()) {
            for (PackName pack : packs(repo)) {
                if (stopped.getCount() == 0) {
                    return;
                }
                try (PackPin held = files.pin(repo, List.of(pack))) {
                    files.outline(repo, pack);
                } catch (IOException e) {
                    // whoever reads packs has told of it, unless the pack went meanwhile
                    LOG.atDebug().addKeyValue("repo", repo).addKeyValue("pack", pack).setCause(e).log("not looked at");
                }
            }
        }
    }

    private List<PackName> packs(RepoId repo) {
        Optional<ReplicaSnapshot> snapshot = store.snapshot(repo);
        if (snapshot.isEmpty()) {
            return List.of();
        }
        try (ReplicaSnapshot now = snapshot.get()) {
            return now.packs();
        }
    }

    private void round() throws InterruptedException {
        ScrubLog.Round round = log.round();
        if (!round.isUnderWay()) {
            round = new ScrubLog.Round(round.complete(), clock.instant(), Optional.of(""));
            log.write(round);
        }
        String after = round.after().orElseThrow();
        Instant written = clock.instant();
        for (RepoId repo : store.repositories()) {
            if (repo.value().compareTo(after) > 0) {
                if (!verify(repo)) {
                    return;
                }
                round = new ScrubLog.Round(round.complete(), round.began(), Optional.of(repo.value()));
                if (written.plus(LOG_EVERY).isBefore(clock.instant())) {
                    log.write(round);
                    written = clock.instant();
                }
            }
        }
        log.write(new ScrubLog.Round(round.complete() + 1, round.began(), Optional.empty()));
        LOG.atInfo().addKeyValue("packs", packs.get()).addKeyValue("bytes", bytes.get())
            .addKeyValue("damaged", damaged.get()).log("all packs verified");
    }

    /** Verifies a repository's packs, at the pace that is set; false: the node stops. */
    private boolean verify(RepoId repo) throws InterruptedException {
        for (PackName pack : packs(repo)) {
            if (stopped.getCount() == 0) {
                return false;
            }
            long before = bytes.get();
            verify(repo, pack, this::pace);
            rest(PACK_BYTES_MIN - Math.min(PACK_BYTES_MIN, bytes.get() - before));
        }
        return stopped.getCount() > 0;
    }

    /** Verifies a pack and tells what is wrong with it. */
    private void verify(RepoId repo, PackName pack, IntConsumer pace) {
        try (PackPin held = files.pin(repo, List.of(pack))) {
            Optional<StorageTrouble> trouble = files.examine(repo, pack, pace);
            packs.incrementAndGet();
            if (trouble.isPresent() && store.lists(repo, pack)) {
                damaged.incrementAndGet();
                files.troubles().found(repo, trouble.get());
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("repo", repo).addKeyValue("pack", pack).setCause(e).log("not verified");
        }
    }

    private void pace(int read) {
        bytes.addAndGet(read);
        rest(read);
    }

    private void rest(long read) {
        long nanos = TimeUnit.SECONDS.toNanos(1) * read / settings.scrubRate().bytes();
        try {
            stopped.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Verifies a repository's packs now, as fast as they can be read.
     *
     * @return how many
     */
    int verifyNow(RepoId repo) {
        List<PackName> all = packs(repo);
        all.forEach(pack -> verify(repo, pack, bytes::addAndGet));
        return all.size();
    }

    @Override
    public void close() throws InterruptedException {
        stopped.countDown();
        thread.interrupt();
        thread.join(STOP_MAX);
    }
}
