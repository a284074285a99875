package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites the committed packs of a repository into few: one main pack of all that branches and tags reach, with a
 * bitmap, and at most one of the rest. It changes no pack set and removes no file: the caller swaps the names in one
 * durable batch. Called by many threads, for one repository by one at a time; on a node one repository is rewritten
 * fully at a time, by one thread.
 */
public final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
    /** Heap that an object takes while everything is rewritten; measured with git's own history. */
    private static final int HEAP_BYTES_PER_OBJECT = 400;

    private final PackFiles files;
    private final Clock clock;
    private final long objectsMax;
    private final Semaphore fullRewritings = new Semaphore(1, true);
    private final LastRewritings last = new LastRewritings();

    /** Opens nothing; JGit must be started first. */
    public Compaction(PackFiles files, JGitRuntime runtime, Clock clock) {
        this(files, runtime, clock, Runtime.getRuntime().maxMemory() * 3 / 5);
    }

    Compaction(PackFiles files, JGitRuntime runtime, Clock clock, long heapBytesMax) {
        Objects.requireNonNull(runtime, "JGit must be started first");
        this.files = files;
        this.clock = clock;
        this.objectsMax = heapBytesMax / HEAP_BYTES_PER_OBJECT;
    }

    /** How much to rewrite. */
    public enum Extent {
        /** The small packs into one; the main pack stays. */
        FOLD,
        /** Everything, with a fresh bitmap. */
        FULL
    }

    /**
     * What a repository needs, judged by the sizes of its packs; empty: nothing.
     *
     * @param packs its committed pack set
     */
    public Optional<Extent> due(RepoId repo, List<PackName> packs) throws IOException {
        if (last.isSettled(repo, packs)) {
            return Optional.empty();
        }
        List<StoredPack> stored = describe(repo, packs);
        if (CompactionRule.objects(stored) > objectsMax && last.isFirstTooLarge(repo)) {
            LOG.atWarn().addKeyValue("repo", repo).addKeyValue("objects", CompactionRule.objects(stored))
                .addKeyValue("max", objectsMax)
                .log("too many objects for a bitmap with this heap, clones will be slow: give the node more");
        }
        return CompactionRule.due(stored, objectsMax, last.restsUntil(repo, clock.instant()).isPresent());
    }

    /**
     * When a rewriting will be due of a repository that was rewritten only a short time ago, and got little since;
     * empty: none will be, unless it gets more.
     *
     * @param packs its committed pack set
     */
    public Optional<Instant> dueAfterRest(RepoId repo, List<PackName> packs) throws IOException {
        Optional<Instant> end = last.restsUntil(repo, clock.instant());
        boolean putOff = end.isPresent() && !last.isSettled(repo, packs)
            && CompactionRule.due(describe(repo, packs), objectsMax, false).equals(Optional.of(Extent.FULL));
        return putOff ? end : Optional.empty();
    }

    /**
     * Whether some small packs are to be folded.
     *
     * @param packs the committed pack set
     * @param busy  those of them that are to be left alone
     */
    public boolean isFoldDue(RepoId repo, List<PackName> packs, Set<PackName> busy) throws IOException {
        return CompactionRule.isFoldDue(describe(repo, without(packs, busy)));
    }

    private static List<PackName> without(List<PackName> packs, Set<PackName> busy) {
        return packs.stream().filter(pack -> !busy.contains(pack)).toList();
    }

    private List<StoredPack> describe(RepoId repo, List<PackName> packs) throws IOException {
        List<StoredPack> stored = new ArrayList<>(packs.size());
        for (PackName pack : packs) {
            stored.add(files.describe(repo, pack));
        }
        return stored;
    }

    /**
     * Rewrites.
     *
     * @param view            a view of committed refs and packs, without quarantined packs
     * @param extent          how much
     * @param keep            objects that must survive with all that they reach although no ref of the view may reach
     *                        them: new values of log entries, staged pushes, recently replaced tips; those that the
     *                        view lacks are ignored
     * @param keepUnreachable an unreachable object survives if it lies in a pack written after this
     * @return what to swap; empty: nothing to gain
     * @throws InterruptedIOException interrupted while another repository was being rewritten
     * @throws IOException            the disk failed, or a ref of the view reaches an object that is not there
     */
    public Optional<Compacted> run(ObjectView view, Extent extent, Set<ObjectName> keep, Instant keepUnreachable)
            throws IOException {
        return switch (extent) {
            case FOLD -> fold(view, keep, Set.of());
            case FULL -> {
                try {
                    fullRewritings.acquire();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted before packs were rewritten");
                }
                try {
                    yield full(view, keep, keepUnreachable);
                } finally {
                    fullRewritings.release();
                }
            }
        };
    }

    /**
     * Folds small packs; see {@link #run}.
     *
     * @param busy packs that are left alone: another thread rewrites them
     */
    public Optional<Compacted> fold(ObjectView view, Set<ObjectName> keep, Set<PackName> busy) throws IOException {
        List<StoredPack> sources = CompactionRule.toFold(
            describe(view.repo(), without(view.committedPacks(), busy)), objectsMax);
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        Instant newest = sources.stream().map(StoredPack::written).max(Instant::compareTo).orElseThrow();
        try (NewPacks added = new NewPacks(files, view.repo());
             ObjectReader reader = view.git().newObjectReader();
             PackWriter writer = PackWriters.copying(reader);
             RestObjects objects = new RestObjects(reader, id -> false)) {
            for (StoredPack source : sources) {
                objects.addAll(files, view.repo(), source.name());
            }
            writer.preparePack(objects.objects().iterator());
            try (WrittenPack folded = WrittenPack.write(files, view.repo(), writer, NullProgressMonitor.INSTANCE)) {
                added.install(folded, newest);
            }
            return added.swap(sources.stream().map(StoredPack::name).toList(), keep); // nothing is left out
        }
    }

    private Optional<Compacted> full(ObjectView view, Set<ObjectName> keep, Instant keepUnreachable)
            throws IOException {
        List<StoredPack> sources = describe(view.repo(), view.committedPacks());
        Instant began = clock.instant();
        try (FullRewriting rewriting = new FullRewriting(files, view, sources, began)) {
            Optional<Compacted> swap = rewriting.run(keep, keepUnreachable);
            last.remember(view.repo(), rewriting.left(), began, clock.instant());
            return swap;
        }
    }
}
