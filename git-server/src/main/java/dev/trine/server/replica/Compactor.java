package dev.trine.server.replica;

import dev.trine.common.lifecycle.OwnThread;
import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.repo.Compacted;
import dev.trine.server.repo.Compaction;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import dev.trine.server.store.StagedPush;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the packs of repositories few, and a fresh bitmap on their main pack: looks at a repository some time after it
 * got packs, or at once when it got many. The members of a repository look one after the other, and none rewrites it
 * whole while another says that it does. While a repository is rewritten whole, packs that it gets are folded all the
 * same: that takes long, and they are many by then. Called by many threads.
 */
final class Compactor implements Effects.Witness, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    private static final Duration FIRST_AFTER = Duration.ofMillis(500);
    private static final Duration NEXT_MEMBER_AFTER = Duration.ofSeconds(7);
    private static final int PACKS_MANY = 30;
    private static final int NEXT_MEMBER_MORE = 5;
    private static final Duration PACK_SET_MAX = Duration.ofSeconds(30);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);
    private static final Optional<Compaction.Extent> FULL = Optional.of(Compaction.Extent.FULL);

    private final Disk disk;
    private final Compaction compaction;
    private final GrpcPeers peers;
    private final Clock clock;
    private final Duration tipsKeep;
    private final Map<RepoId, Integer> joined = new ConcurrentHashMap<>();
    private final Set<RepoId> due = ConcurrentHashMap.newKeySet();
    private final Set<RepoId> wholeDue = ConcurrentHashMap.newKeySet();
    private final Set<RepoId> putOff = ConcurrentHashMap.newKeySet();
    // what is being rewritten whole, and the packs that are being read for it: folding leaves them alone
    private final Map<RepoId, Set<PackName>> rewriting = new ConcurrentHashMap<>();
    private final ScheduledExecutorService folding = thread("compaction-fold");
    private final ScheduledExecutorService whole = thread("compaction-full");
    private volatile Optional<LoadedReplicas> replicas = Optional.empty();

    /** What is compacted. */
    record Disk(Member self, ReplicaStore store, Views views, PackFiles files) {
    }

    /**
     * Compacts nothing yet.
     *
     * @param peers    are asked whether they rewrite a repository
     * @param tipsKeep objects of a replaced tip are kept so long
     */
    Compactor(Disk disk, Compaction compaction, GrpcPeers peers, Clock clock, Duration tipsKeep) {
        this.disk = disk;
        this.compaction = compaction;
        this.peers = peers;
        this.clock = clock;
        this.tipsKeep = tipsKeep;
    }

    /** From now on looks at repositories. */
    void start(LoadedReplicas loaded) {
        replicas = Optional.of(loaded);
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(OwnThread.behindOthers(name));
    }

    /** Whether this node rewrites all packs of that repository now, or is about to. */
    boolean isRewriting(RepoId repo) {
        return rewriting.containsKey(repo);
    }

    @Override
    public void applied(ReplicaLoop loop, Batch batch) {
        if (batch.packsJoined().isEmpty() && batch.snapshot().isEmpty()) {
            return;
        }
        int slot = slot(loop);
        if (joined.merge(loop.repo(), 1, Integer::sum) == PACKS_MANY + NEXT_MEMBER_MORE * slot) {
            lookToFold(loop.repo(), Duration.ZERO);
        }
        lookAfter(loop, FIRST_AFTER.plus(NEXT_MEMBER_AFTER.multipliedBy(slot)));
    }

    private int slot(ReplicaLoop loop) {
        return Math.max(0, loop.shown().state().members().indexOf(disk.self()));
    }

    private void lookAfter(ReplicaLoop loop, Duration delay) {
        if (due.add(loop.repo())) {
            lookToFold(loop.repo(), delay);
        }
    }

    private void lookToFold(RepoId repo, Duration delay) {
        schedule(folding, delay, () -> {
            due.remove(repo);
            joined.remove(repo);
            look(repo, this::fold);
        });
    }

    private void rewriteAfter(RepoId repo, Duration delay) {
        if (wholeDue.add(repo)) {
            schedule(whole, delay, () -> {
                wholeDue.remove(repo);
                look(repo, this::rewrite);
            });
        }
    }

    /** What is put off is done though no push comes any more. */
    private void rewriteAfterRest(RepoId repo, Instant end) {
        if (putOff.add(repo)) {
            schedule(folding, Duration.between(clock.instant(), end).plus(FIRST_AFTER), () -> {
                putOff.remove(repo);
                rewriteAfter(repo, Duration.ZERO);
            });
        }
    }

    /** What is done with a replica that stays in memory for it. */
    @FunctionalInterface
    private interface Work {
        void run(ReplicaLoop loop) throws IOException, InterruptedException;
    }

    private static void schedule(ScheduledExecutorService thread, Duration delay, Runnable work) {
        if (!thread.isShutdown()) {
            thread.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** It may have left memory meanwhile: many wait for the one thread that rewrites. */
    private void look(RepoId repo, Work work) {
        try {
            Optional<ReplicaLoop> held = replicas.isEmpty() ? Optional.empty()
                : replicas.get().use(repo, loop -> {
                    loop.hold();
                    return loop;
                });
            held.ifPresent(loop -> look(loop, work));
        } catch (ReplicaStoppedException | OverloadedException e) {
            LOG.atDebug().addKeyValue("repo", repo).log("not looked at before its next push: {}", e.getMessage());
        }
    }

    private static void look(ReplicaLoop held, Work work) {
        try {
            work.run(held);
        } catch (IOException | RuntimeException e) {
            LOG.atError().addKeyValue("repo", held.repo()).setCause(e).log("not compacted");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            held.endErrand();
        }
    }

    /** Looks at a repository; makes few packs of many small ones, and has it rewritten whole if that is due. */
    private void fold(ReplicaLoop loop) throws IOException, InterruptedException {
        if (!loop.packSet().tryAcquire()) {
            lookAfter(loop, NEXT_MEMBER_AFTER); // a repair has it
            return;
        }
        try {
            Set<PackName> busy = rewriting.getOrDefault(loop.repo(), Set.of());
            withView(loop, (view, keep) -> {
                List<PackName> packs = view.snapshot().packs();
                if (!isRewriting(loop.repo())) {
                    Optional<Instant> end = compaction.dueAfterRest(loop.repo(), packs);
                    if (compaction.due(loop.repo(), packs).equals(FULL)) {
                        rewriteAfter(loop.repo(), Duration.ZERO);
                    } else if (end.isPresent()) {
                        rewriteAfterRest(loop.repo(), end.get());
                    }
                }
                if (compaction.isFoldDue(loop.repo(), packs, busy)) {
                    replace(loop, view, keep, Compaction.Extent.FOLD, () ->
                        compaction.fold(view.objects(), keep.objects(), busy));
                }
            });
        } finally {
            loop.packSet().release();
        }
    }

    /** Rewrites a repository whole if that is due; packs that come meanwhile are folded beside it. */
    private void rewrite(ReplicaLoop loop) throws IOException, InterruptedException {
        AtomicInteger permits = new AtomicInteger(ReplicaLoop.PACK_SET_ALL);
        if (!loop.packSet().tryAcquire(permits.get(), PACK_SET_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            rewriteAfter(loop.repo(), NEXT_MEMBER_AFTER);
            return;
        }
        try {
            withView(loop, (view, keep) -> {
                List<PackName> packs = view.snapshot().packs();
                if (!compaction.due(loop.repo(), packs).equals(FULL)) {
                    return;
                }
                rewriting.put(loop.repo(), Set.copyOf(packs));
                loop.packSet().release();
                permits.decrementAndGet();
                if (isPeerRewriting(loop, view)) {
                    rewriteAfter(loop.repo(), NEXT_MEMBER_AFTER.multipliedBy(1 + slot(loop)));
                } else {
                    Instant since = clock.instant().minus(tipsKeep);
                    replace(loop, view, keep, Compaction.Extent.FULL, () ->
                        compaction.run(view.objects(), Compaction.Extent.FULL, keep.objects(), since));
                }
            });
        } finally {
            rewriting.remove(loop.repo());
            loop.packSet().release(permits.get());
        }
    }

    private boolean isPeerRewriting(ReplicaLoop loop, CommittedView view) throws InterruptedException {
        for (Member member : view.snapshot().state().members()) {
            if (!member.equals(disk.self()) && peers.isRewriting(loop.repo(), member)) {
                return true;
            }
        }
        return false;
    }

    /** What is done with what is committed. */
    @FunctionalInterface
    private interface WithView {
        void run(CommittedView view, Kept keep) throws IOException, InterruptedException;
    }

    private void withView(ReplicaLoop loop, WithView work) throws IOException, InterruptedException {
        if (loop.shown().state().withdrawal().isPresent()) {
            return; // its packs are a repair's business
        }
        // kept are the objects of whatever is under way now; what comes later is checked again after the swap
        Kept keep = keep(loop);
        Optional<CommittedView> view = disk.views().open(loop.repo());
        if (view.isPresent()) {
            try (CommittedView open = view.get()) {
                // later than the view: what a ref named that is not in it any more is here
                keep.objects().addAll(disk.store().replacedTips(loop.repo(), clock.instant().minus(tipsKeep)));
                work.run(open, keep);
            }
        }
    }

    /** Makes new packs. */
    @FunctionalInterface
    private interface Rewriting {
        Optional<Compacted> run() throws IOException;
    }

    private void replace(ReplicaLoop loop, CommittedView view, Kept keep, Compaction.Extent extent,
                         Rewriting rewriting) throws IOException {
        Instant begun = clock.instant();
        Optional<Compacted> compacted = rewriting.run();
        if (compacted.isEmpty()) {
            return;
        }
        try (PackPin pin = compacted.get().pin()) {
            AtomicBoolean swapped = new AtomicBoolean();
            // not given up on before it is over: the pin must outlast a swap that comes late
            loop.between(() -> swapped.set(swap(loop, compacted.get(), keep.staged()))).join();
            if (swapped.get()) {
                LOG.atInfo().addKeyValue("repo", loop.repo()).addKeyValue("extent", extent)
                    .addKeyValue("packs", view.snapshot().packs().size())
                    .addKeyValue("replaced", compacted.get().replaced().size())
                    .addKeyValue("added", compacted.get().added().size())
                    .addKeyValue("millis", Duration.between(begun, clock.instant()).toMillis()).log("compacted");
            }
        }
        disk.store().forgetReplacedTips(loop.repo(), begun.minus(tipsKeep));
        disk.files().reap(loop.repo(), compacted.get().replaced());
    }

    /** Between two steps of the replica: no push is committed while packs are swapped. False: it was deleted. */
    private boolean swap(ReplicaLoop loop, Compacted compacted, Collection<StagedPush> kept) {
        try (ReplicaSnapshot now = disk.store().snapshot(loop.repo()).orElseThrow()) {
            if (!now.packs().containsAll(compacted.replaced())) {
                return false;
            }
        }
        loop.staged().swapped(
            disk.store().replacePacks(loop.repo(), compacted.added(), compacted.replaced()), kept);
        return true;
    }

    private Kept keep(ReplicaLoop loop) {
        Collection<StagedPush> staged = loop.staged().current();
        Set<ObjectName> objects = new HashSet<>();
        loop.shown().tail().forEach(push -> objects.addAll(Quarantine.tips(push.updates())));
        loop.staged().all().forEach(push -> objects.addAll(push.tips()));
        staged.forEach(push -> objects.addAll(push.tips()));
        return new Kept(objects, staged);
    }

    /** What a compaction must not lose, and the pushes that need not be checked again after it. */
    private record Kept(Set<ObjectName> objects, Collection<StagedPush> staged) {
    }

    @Override
    public void close() throws InterruptedException {
        folding.shutdownNow();
        whole.shutdownNow();
        folding.awaitTermination(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
        whole.awaitTermination(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }
}
