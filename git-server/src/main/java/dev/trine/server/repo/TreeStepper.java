package dev.trine.server.repo;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * Walks new trees in step with older trees of the same path, skipping what is the same in one of them. Used by one
 * thread.
 */
final class TreeStepper {
    private static final long RECENT_BYTES = 16 << 20;

    private final FreshObjects fresh;
    private final Set<ObjectId> seen;
    private final Set<ObjectId> border;
    private final Set<ObjectId> missing;
    private final Deque<Step> open = new ArrayDeque<>();
    private final RecentTrees recent = new RecentTrees(RECENT_BYTES);

    private record Step(ObjectId tree, List<ObjectId> olderTrees) {
    }

    /**
     * Walks nothing yet.
     *
     * @param fresh   where to read
     * @param seen    objects of the quarantined packs that need not be looked at again
     * @param border  gets objects outside of them that stand in no older tree
     * @param missing gets objects that are not there, or are of another type than they are said to be
     */
    TreeStepper(FreshObjects fresh, Set<ObjectId> seen, Set<ObjectId> border, Set<ObjectId> missing) {
        this.fresh = fresh;
        this.seen = seen;
        this.border = border;
        this.missing = missing;
    }

    /**
     * Walks a tree.
     *
     * @param olderTrees trees whose content is proven, or is walked as well
     */
    void walk(ObjectId tree, List<ObjectId> olderTrees) throws IOException {
        if (!olderTrees.contains(tree)) {
            open.push(new Step(tree, olderTrees));
        }
        while (!open.isEmpty()) {
            step(open.pop());
        }
    }

    private void step(Step step) throws IOException {
        if (!fresh.holds(step.tree)) {
            outside(step.tree, Constants.OBJ_TREE);
            return;
        }
        if (!seen.add(step.tree)) {
            return;
        }
        CanonicalTreeParser tree = new CanonicalTreeParser();
        try {
            tree.reset(read(step.tree));
        } catch (IncorrectObjectTypeException e) {
            missing.add(step.tree); // there is no tree of that name
            return;
        }
        List<CanonicalTreeParser> older = new ArrayList<>();
        for (ObjectId olderTree : step.olderTrees) {
            older.add(readOlder(olderTree));
        }
        for (; !tree.eof(); tree.next(1)) {
            visitEntry(tree, older);
        }
    }

    private CanonicalTreeParser readOlder(ObjectId id) throws IOException {
        CanonicalTreeParser tree = new CanonicalTreeParser();
        try {
            tree.reset(read(id));
        } catch (MissingObjectException | IncorrectObjectTypeException e) {
            tree.reset(new byte[0]); // it is reported where it belongs
        }
        return tree;
    }

    private byte[] read(ObjectId tree) throws IOException {
        return recent.get(tree, id -> fresh.read(id, Constants.OBJ_TREE));
    }

    private void visitEntry(CanonicalTreeParser entry, List<CanonicalTreeParser> older) throws IOException {
        int kind = entry.getEntryRawMode() & FileMode.TYPE_MASK;
        if (kind == FileMode.TYPE_GITLINK) {
            return; // a commit of another repository
        }
        List<ObjectId> olderSubtrees = new ArrayList<>(older.size());
        for (CanonicalTreeParser tree : older) {
            while (!tree.eof() && tree.pathCompare(entry) < 0) {
                tree.next(1);
            }
            if (!tree.eof() && tree.pathCompare(entry) == 0 && sameKind(tree, kind)) {
                if (tree.idEqual(entry)) {
                    return;
                }
                if (kind == FileMode.TYPE_TREE) {
                    olderSubtrees.add(tree.getEntryObjectId());
                }
            }
        }
        ObjectId id = entry.getEntryObjectId();
        if (kind == FileMode.TYPE_TREE) {
            open.push(new Step(id, olderSubtrees));
        } else if (!fresh.holds(id)) {
            outside(id, Constants.OBJ_BLOB);
        }
    }

    private static boolean sameKind(CanonicalTreeParser older, int kind) {
        int olderKind = older.getEntryRawMode() & FileMode.TYPE_MASK;
        return olderKind != FileMode.TYPE_GITLINK
            && (olderKind == FileMode.TYPE_TREE) == (kind == FileMode.TYPE_TREE);
    }

    private void outside(ObjectId id, int type) throws IOException {
        if (border.contains(id) || missing.contains(id)) {
            return;
        }
        if (fresh.exists(id) && fresh.typeOf(id) == type) {
            if (!fresh.isProven(id)) {
                border.add(id);
            }
        } else {
            missing.add(id);
        }
    }
}
