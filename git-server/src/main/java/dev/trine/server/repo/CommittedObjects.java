package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.BitmapIndex;
import org.eclipse.jgit.lib.BitmapIndex.BitmapBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.BitmapWalker;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * Proves that objects are reachable from a view's refs and some more roots, cheapest way first: the tips themselves,
 * the newest commits, trees near by, the bitmap, and in the end a walk of everything. Used by one thread.
 */
final class CommittedObjects implements AutoCloseable {
    /** Commits of the default branch that are looked at before all refs are read. */
    private static final int NEWEST_COMMITS = 256;
    /** Entries of trees near by that are looked at before anything is walked. */
    private static final int NEARBY_ENTRIES_MAX = 200_000;

    private final ObjectView view;
    private final ObjectReader reader;
    private final Set<ObjectId> roots = new LinkedHashSet<>();
    private Optional<List<ObjectId>> tips = Optional.empty();
    private Optional<Reached> reached = Optional.empty();

    /** What the tips reach by the main pack's bitmap; a builder belongs to one index instance for good. */
    private static final class Reached {
        private final BitmapIndex index;
        private final BitmapBuilder objects;
        private boolean byAllTips;

        Reached(BitmapIndex index) {
            this.index = index;
            this.objects = index.newBitmapBuilder();
        }
    }

    CommittedObjects(ObjectView view, Set<ObjectName> moreRoots) {
        this.view = view;
        this.reader = view.git().newObjectReader();
        defaultBranch().ifPresent(roots::add);
        moreRoots.forEach(root -> roots.add(Names.id(root)));
    }

    private Optional<ObjectId> defaultBranch() {
        Optional<RefValue> head = view.refs().get(RefName.HEAD);
        if (head.isPresent() && head.get() instanceof RefValue.Symbolic symbolic) {
            head = view.refs().get(symbolic.target());
        }
        return head.flatMap(CommittedObjects::direct);
    }

    private static Optional<ObjectId> direct(RefValue value) {
        return value instanceof RefValue.Direct direct ? Optional.of(Names.id(direct.id())) : Optional.empty();
    }

    /** Those of the commits that no tip reaches; an object of another type is among them. */
    Set<ObjectId> unreachableCommits(Set<ObjectId> commits) throws IOException {
        Set<ObjectId> open = new HashSet<>(commits);
        open.removeAll(roots);
        if (!open.isEmpty()) {
            walkCommits(roots, NEWEST_COMMITS, open);
        }
        if (!open.isEmpty()) {
            matchTips(open);
        }
        if (!open.isEmpty() && !lookUpInBitmap(open)) {
            walkCommits(allTips(), Integer.MAX_VALUE, open);
        }
        return open;
    }

    /** Those of the objects, there or not, that are tips, or commits that a tip reaches. */
    Set<ObjectId> reachableStarts(Set<ObjectId> objects) throws IOException {
        Set<ObjectId> others = new HashSet<>(objects);
        others.removeAll(roots);
        matchTips(others);
        Set<ObjectId> commits = new HashSet<>();
        for (ObjectId other : others) {
            if (reader.has(other) && reader.open(other).getType() == Constants.OBJ_COMMIT) {
                commits.add(other);
            }
        }
        others.removeAll(commits);
        if (!commits.isEmpty()) {
            others.addAll(unreachableCommits(commits));
        }
        Set<ObjectId> reachable = new HashSet<>(objects);
        reachable.removeAll(others);
        return reachable;
    }

    /**
     * Those of the trees, blobs and tags that no tip reaches.
     *
     * @param nearby commits, proven or not, in whose trees they may well be
     */
    Set<ObjectId> unreachable(Set<ObjectId> objects, Set<ObjectId> nearby) throws IOException {
        Set<ObjectId> open = new HashSet<>(objects);
        open.removeAll(roots);
        if (!open.isEmpty()) {
            matchTips(open);
        }
        if (!open.isEmpty()) {
            searchTrees(nearby, open);
        }
        if (!open.isEmpty() && !lookUpInBitmap(open)) {
            walkObjects(open);
        }
        return open;
    }

    /** Takes the tips out of the set, reading no more refs than it takes. */
    private void matchTips(Set<ObjectId> open) {
        view.refs().scan("", (name, value) -> {
            if (value instanceof RefValue.Direct direct) {
                open.remove(Names.id(direct.id()));
                direct.peeled().map(Names::id).ifPresent(open::remove);
            }
            return !open.isEmpty();
        });
    }

    private List<ObjectId> allTips() {
        if (tips.isEmpty()) {
            Set<ObjectId> all = new LinkedHashSet<>(roots);
            view.refs().scan("", (name, value) -> {
                direct(value).ifPresent(all::add);
                return true;
            });
            tips = Optional.of(new ArrayList<>(all));
        }
        return tips.get();
    }

    private void walkCommits(Iterable<ObjectId> starts, int commitsMax, Set<ObjectId> open) throws IOException {
        try (RevWalk walk = new RevWalk(reader)) {
            walk.sort(RevSort.COMMIT_TIME_DESC);
            walk.setRetainBody(false);
            for (ObjectId start : starts) {
                RevObject object = walk.peel(walk.parseAny(start));
                if (object instanceof RevCommit commit) {
                    walk.markStart(commit);
                }
            }
            RevCommit commit;
            for (int i = 0; i < commitsMax && !open.isEmpty() && (commit = walk.next()) != null; i++) {
                open.remove(commit);
            }
        }
    }

    /** Searches whole trees of commits that are proven, each tree once, up to a number of entries. */
    private void searchTrees(Set<ObjectId> commits, Set<ObjectId> open) throws IOException {
        Set<ObjectId> proven = new HashSet<>(commits);
        proven.removeAll(unreachableCommits(commits));
        proven.addAll(roots);
        Set<ObjectId> seen = new HashSet<>();
        int entries = 0;
        try (RevWalk walk = new RevWalk(reader); TreeWalk trees = new TreeWalk(reader)) {
            for (ObjectId start : proven) {
                RevObject object = walk.peel(walk.parseAny(start));
                if (!(object instanceof RevCommit commit) || !seen.add(commit.getTree())) {
                    continue;
                }
                open.remove(commit.getTree());
                trees.reset(commit.getTree());
                while (!open.isEmpty() && entries < NEARBY_ENTRIES_MAX && trees.next()) {
                    entries++;
                    ObjectId entry = trees.getObjectId(0);
                    open.remove(entry);
                    if (trees.isSubtree() && seen.add(entry)) {
                        trees.enterSubtree();
                    }
                }
            }
        }
    }

    /**
     * Takes what the tips reach out of the set by the bitmap of the main pack.
     *
     * @return whether there is one; if so, what is left in the set is not reachable
     */
    private boolean lookUpInBitmap(Set<ObjectId> open) throws IOException {
        if (reached.isEmpty()) {
            BitmapIndex index = reader.getBitmapIndex();
            if (index == null) {
                return false;
            }
            reached = Optional.of(new Reached(index));
            reach(reached.get(), roots);
        }
        Reached known = reached.get();
        open.removeIf(known.objects::contains);
        if (!open.isEmpty() && !known.byAllTips) {
            reach(known, allTips().stream().filter(tip -> !known.objects.contains(tip)).toList());
            known.byAllTips = true;
            open.removeIf(known.objects::contains);
        }
        return true;
    }

    private void reach(Reached known, Iterable<ObjectId> starts) throws IOException {
        try (ObjectWalk walk = new ObjectWalk(reader)) {
            BitmapWalker bitmaps = new BitmapWalker(walk, known.index, NullProgressMonitor.INSTANCE);
            known.objects.or(bitmaps.findObjects(starts, known.objects, false));
        }
    }

    private void walkObjects(Set<ObjectId> open) throws IOException {
        try (ObjectWalk walk = new ObjectWalk(reader)) {
            walk.setRetainBody(false);
            for (ObjectId tip : allTips()) {
                walk.markStart(walk.parseAny(tip));
            }
            RevCommit commit;
            while (!open.isEmpty() && (commit = walk.next()) != null) {
                open.remove(commit);
                open.remove(commit.getTree());
            }
            RevObject object;
            while (!open.isEmpty() && (object = walk.nextObject()) != null) {
                open.remove(object);
            }
        } catch (MissingObjectException | IncorrectObjectTypeException e) {
            throw new IOException("repository " + view.repo() + " lacks an object that its refs reach: "
                + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
