package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.repo.Compacted;
import dev.trine.server.repo.Compaction;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the packs of repositories few, and a fresh bitmap on their main pack: looks at a repository some time after it
 * got packs, one at a time. The members of a repository look one after the other, so that seldom two of them compact.
 */
final class Compactor implements Effects.Witness, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    private static final Duration FIRST_AFTER = Duration.ofMillis(500);
    private static final Duration NEXT_MEMBER_AFTER = Duration.ofSeconds(7);
    private static final Duration SWAP_MAX = Duration.ofMinutes(1);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final Member self;
    private final ReplicaStore store;
    private final Views views;
    private final PackFiles files;
    private final Compaction compaction;
    private final Clock clock;
    private final Duration tipsKeep;
    private final Set<RepoId> due = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name("compaction").factory());

    /**
     * Compacts nothing yet.
     *
     * @param tipsKeep objects of a replaced tip are kept so long
     */
    Compactor(Member self, ReplicaStore store, Views views, PackFiles files, Compaction compaction, Clock clock,
              Duration tipsKeep) {
        this.self = self;
        this.store = store;
        this.views = views;
        this.files = files;
        this.compaction = compaction;
        this.clock = clock;
        this.tipsKeep = tipsKeep;
    }

    @Override
    public void applied(ReplicaLoop loop, Batch batch) {
        if (!batch.packsJoined().isEmpty() || batch.snapshot().isPresent()) {
            int slot = Math.max(0, loop.shown().state().members().indexOf(self));
            lookAfter(loop, FIRST_AFTER.plus(NEXT_MEMBER_AFTER.multipliedBy(slot)));
        }
    }

    private void lookAfter(ReplicaLoop loop, Duration delay) {
        if (!thread.isShutdown() && due.add(loop.repo())) {
            thread.schedule(() -> look(loop), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look(ReplicaLoop loop) {
        due.remove(loop.repo());
        try {
            loop.hold();
        } catch (ReplicaStoppedException e) {
            return; // it was idle so long that nothing can be due, or will be looked at after its next push
        }
        try {
            compact(loop);
        } catch (IOException | RuntimeException e) {
            LOG.atError().addKeyValue("repo", loop.repo()).setCause(e).log("not compacted");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ReplicaStoppedException e) {
            LOG.atDebug().addKeyValue("repo", loop.repo()).log("not compacted: {}", e.getMessage());
        } finally {
            loop.endErrand();
        }
    }

    private void compact(ReplicaLoop loop) throws IOException, InterruptedException, ReplicaStoppedException {
        if (!loop.packSet().tryAcquire()) {
            lookAfter(loop, NEXT_MEMBER_AFTER); // a pull is under way
            return;
        }
        try {
            // kept are the objects of whatever is under way now; what comes later is checked again after the swap
            Set<ObjectName> keep = keep(loop);
            Optional<CommittedView> view = views.open(loop.repo());
            if (view.isPresent()) {
                try (CommittedView open = view.get()) {
                    compact(loop, open, keep);
                }
            }
        } finally {
            loop.packSet().release();
        }
    }

    private void compact(ReplicaLoop loop, CommittedView view, Set<ObjectName> keep)
        throws IOException, InterruptedException, ReplicaStoppedException {
        Optional<Compaction.Extent> extent = compaction.due(loop.repo(), view.snapshot().packs());
        if (extent.isEmpty()) {
            return;
        }
        Instant begun = clock.instant();
        Optional<Compacted> compacted = compaction.run(view.objects(), extent.get(), keep, begun.minus(tipsKeep));
        if (compacted.isEmpty()) {
            return;
        }
        try (PackPin pin = compacted.get().pin()) {
            boolean swapped = Waiting.await(loop.between(() -> swap(loop, compacted.get())), SWAP_MAX).orElse(false);
            if (swapped) {
                LOG.atInfo().addKeyValue("repo", loop.repo()).addKeyValue("extent", extent.get())
                    .addKeyValue("packs", view.snapshot().packs().size())
                    .addKeyValue("replaced", compacted.get().replaced().size())
                    .addKeyValue("added", compacted.get().added().size())
                    .addKeyValue("millis", Duration.between(begun, clock.instant()).toMillis()).log("compacted");
            }
        }
        store.forgetReplacedTips(loop.repo(), begun.minus(tipsKeep));
        files.reap(loop.repo(), compacted.get().replaced());
    }

    /** Between two steps of the replica: no push is committed while packs are swapped. */
    private void swap(ReplicaLoop loop, Compacted compacted) {
        loop.staged().swapped(store.replacePacks(loop.repo(), compacted.added(), compacted.replaced()));
    }

    private Set<ObjectName> keep(ReplicaLoop loop) {
        ReplicaLoop.Shown shown = loop.shown();
        Set<ObjectName> keep = new HashSet<>(store.replacedTips(loop.repo(), clock.instant().minus(tipsKeep)));
        shown.tail().forEach(push -> keep.addAll(Quarantine.tips(push.updates())));
        loop.staged().all().forEach(push -> keep.addAll(push.tips()));
        return keep;
    }

    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        thread.awaitTermination(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }
}
