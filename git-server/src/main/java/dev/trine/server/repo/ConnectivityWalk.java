package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;

/**
 * One connectivity check. First the commits and tags of the quarantined packs, to the border where committed commits
 * begin; these must be reachable from what is committed. Then each new commit's tree, ancestors first, in step with its
 * parents' trees: what is the same there has been looked at, so that a border is usually proven by looking at what it
 * borders on. What is left over is looked for in all that is committed. Used by one thread.
 */
final class ConnectivityWalk {
    private static final int PROGRESS_STEP = 100;

    private final FreshObjects fresh;
    private final CommittedObjects committed;
    private final ProgressMonitor progress;

    private final Deque<ObjectId> open = new ArrayDeque<>();
    private final Set<ObjectId> seen = new HashSet<>();
    private final Map<ObjectId, NewCommit> newCommits = new HashMap<>();
    private final List<ObjectId> newTrees = new ArrayList<>();
    private final Set<ObjectId> borderCommits = new HashSet<>();
    private final Set<ObjectId> borderOthers = new HashSet<>();
    // Ordered, not hashed: an object that does not exist may have a name that somebody chose for its hash.
    private final Set<ObjectId> missing = new TreeSet<>();

    /** A commit in a quarantined pack. */
    private record NewCommit(ObjectId tree, List<ObjectId> parents) {
    }

    ConnectivityWalk(FreshObjects fresh, CommittedObjects committed, ProgressMonitor progress) {
        this.fresh = fresh;
        this.committed = committed;
        this.progress = progress;
    }

    Connectivity run(Set<ObjectName> tips) throws IOException {
        progress.beginTask("Checking connectivity", ProgressMonitor.UNKNOWN);
        for (ObjectName tip : tips) {
            open.add(Names.id(tip));
        }
        while (!open.isEmpty()) {
            visitAny(open.pop());
        }
        missing.addAll(committed.unreachableCommits(borderCommits));
        walkTrees();
        missing.addAll(committed.unreachable(borderOthers, borderCommits));
        Connectivity found = missing.isEmpty() ? new Connectivity.Complete()
            : new Connectivity.Incomplete(new MissingByTip(fresh, missing).of(tips));
        progress.endTask();
        return found;
    }

    private void visitAny(ObjectId id) throws IOException {
        if (!fresh.exists(id)) {
            missing.add(id);
        } else if (!fresh.isProven(id) && seen.add(id)) {
            switch (fresh.typeOf(id)) {
                case Constants.OBJ_COMMIT -> walkCommits(id);
                case Constants.OBJ_TAG -> visitTag(id);
                case Constants.OBJ_TREE -> visitTreeTip(id);
                default -> visitBlobTip(id);
            }
        }
    }

    private void visitTag(ObjectId id) throws IOException {
        if (fresh.holds(id)) {
            ObjectLinks.visit(Constants.OBJ_TAG, fresh.read(id, Constants.OBJ_TAG),
                (raw, offset, type) -> open.add(ObjectId.fromRaw(raw, offset)));
        } else {
            borderOthers.add(id);
        }
    }

    private void visitTreeTip(ObjectId id) {
        seen.remove(id); // the walk of trees takes note of it
        newTrees.add(id);
    }

    private void visitBlobTip(ObjectId id) {
        if (!fresh.holds(id)) {
            borderOthers.add(id);
        }
    }

    private void walkCommits(ObjectId tip) throws IOException {
        Deque<ObjectId> commits = new ArrayDeque<>();
        commits.push(tip);
        while (!commits.isEmpty()) {
            ObjectId id = commits.pop();
            if (!fresh.holds(id)) {
                border(id);
            } else if (!newCommits.containsKey(id)) {
                readCommit(id, commits);
            }
        }
    }

    private void border(ObjectId id) throws IOException {
        if (borderCommits.contains(id) || missing.contains(id)) {
            return;
        }
        if (fresh.exists(id) && fresh.typeOf(id) == Constants.OBJ_COMMIT) {
            if (!fresh.isProven(id)) {
                borderCommits.add(id);
            }
        } else {
            missing.add(id);
        }
    }

    private void readCommit(ObjectId id, Deque<ObjectId> commits) throws IOException {
        byte[] bytes;
        try {
            bytes = fresh.read(id, Constants.OBJ_COMMIT);
        } catch (IncorrectObjectTypeException e) {
            missing.add(id); // there is no commit of that name
            return;
        }
        seen.add(id);
        List<ObjectId> named = new ArrayList<>();
        ObjectLinks.visit(Constants.OBJ_COMMIT, bytes, (raw, offset, type) ->
            named.add(ObjectId.fromRaw(raw, offset)));
        List<ObjectId> parents = List.copyOf(named.subList(1, named.size()));
        newCommits.put(id, new NewCommit(named.getFirst(), parents));
        parents.forEach(commits::push);
        if (newCommits.size() % PROGRESS_STEP == 0) {
            progress.update(PROGRESS_STEP);
        }
    }

    private void walkTrees() throws IOException {
        TreeStepper stepper = new TreeStepper(fresh, seen, borderOthers, missing);
        for (ObjectId tree : newTrees) {
            stepper.walk(tree, List.of());
        }
        for (NewCommit commit : ancestorsFirst()) {
            List<ObjectId> treesOfParents = new ArrayList<>();
            for (ObjectId parent : commit.parents) {
                if (!missing.contains(parent)) {
                    treesOfParents.add(treeOf(parent));
                }
            }
            stepper.walk(commit.tree, treesOfParents);
        }
    }

    /**
     * With any other order, a change and its revert could each leave an object to the other, and nobody would look.
     */
    private Iterable<NewCommit> ancestorsFirst() {
        Set<NewCommit> ordered = new LinkedHashSet<>();
        Set<ObjectId> entered = new HashSet<>();
        Deque<ObjectId> path = new ArrayDeque<>();
        for (ObjectId start : newCommits.keySet()) {
            path.push(start);
            while (!path.isEmpty()) {
                NewCommit commit = newCommits.get(path.peek());
                if (commit == null || !entered.add(path.peek())) {
                    path.pop();
                    if (commit != null) {
                        ordered.add(commit);
                    }
                } else {
                    commit.parents.forEach(path::push);
                }
            }
        }
        return ordered;
    }

    private ObjectId treeOf(ObjectId commit) throws IOException {
        NewCommit known = newCommits.get(commit);
        if (known != null) {
            return known.tree;
        }
        List<ObjectId> named = new ArrayList<>();
        ObjectLinks.visit(Constants.OBJ_COMMIT, fresh.read(commit, Constants.OBJ_COMMIT), (raw, offset, type) ->
            named.add(ObjectId.fromRaw(raw, offset)));
        return named.getFirst();
    }
}
