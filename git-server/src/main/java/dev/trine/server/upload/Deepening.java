package dev.trine.server.upload;

import dev.trine.server.pkt.ProtocolErrorException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Walks the commit graph to find a fetch's new shallow boundary, by the rules of git upload-pack. */
final class Deepening implements AutoCloseable {
    private final ObjectReader reader;
    private final RevWalk walk;
    private final Collection<? extends ObjectId> wants;
    private final Set<ObjectId> clientShallow;
    /** Commits that the client will have with their parents. */
    private final Set<ObjectId> complete = new HashSet<>();
    /** Commits that the client will have without them. */
    private final Set<ObjectId> border = new LinkedHashSet<>();

    /**
     * Prepares it.
     *
     * @param wants         the wanted commits
     * @param clientShallow the client's boundary, as far as its commits exist here
     */
    Deepening(ObjectReader reader, Collection<? extends ObjectId> wants, Set<ObjectId> clientShallow) {
        this.reader = reader;
        this.walk = new RevWalk(reader);
        walk.setRetainBody(false);
        this.wants = wants;
        this.clientShallow = clientShallow;
    }

    /** Finds the boundary. Called once. */
    Boundary boundary(Deepen deepen) throws IOException, ProtocolErrorException {
        switch (deepen) {
            case Deepen.Unchanged unchanged -> {
            }
            case Deepen.ToDepth to when to.commits() == Deepen.ToDepth.INFINITE -> complete.addAll(clientShallow);
            case Deepen.ToDepth to -> toDepth(commits(wants), to.commits(), this::allParents);
            case Deepen.ByDepth by -> byDepth(by.commits());
            case Deepen.Excluding excluding -> excluding(excluding);
        }
        Set<ObjectId> shallow = new LinkedHashSet<>(border);
        shallow.removeAll(clientShallow);
        shallow.removeAll(complete);
        Set<ObjectId> unshallow = new LinkedHashSet<>(clientShallow);
        unshallow.retainAll(complete);
        Set<ObjectId> grafts = new HashSet<>(clientShallow);
        grafts.addAll(shallow);
        return new Boundary(shallow, unshallow, grafts, parents(unshallow));
    }

    /** Breadth first, so that every commit is met at its least depth; the first commits are at depth 1. */
    private void toDepth(List<RevCommit> first, int depth, Parents parents) throws IOException {
        Set<RevCommit> seen = new HashSet<>(first);
        List<RevCommit> level = first;
        for (int at = 1; !level.isEmpty(); at++) {
            if (at >= depth) {
                border.addAll(level);
                return;
            }
            List<RevCommit> next = new ArrayList<>();
            for (RevCommit commit : level) {
                Optional<RevCommit[]> parentsOfIt = parents.of(commit);
                (parentsOfIt.isPresent() ? complete : border).add(commit);
                for (RevCommit parent : parentsOfIt.orElse(new RevCommit[0])) {
                    if (seen.add(parent)) {
                        next.add(parent);
                    }
                }
            }
            level = next;
        }
    }

    /**
     * Counts from the client's boundary. No ref need reach that any more, so its history may be gone: a commit some
     * parent of which is not here ends the walk as if it were at full depth.
     */
    private void byDepth(int commits) throws IOException {
        toDepth(commits(clientShallow), commits + 1, commit -> {
            for (RevCommit parent : commit.getParents()) {
                try {
                    walk.parseHeaders(parent);
                } catch (MissingObjectException e) {
                    return Optional.empty();
                }
            }
            return Optional.of(commit.getParents());
        });
    }

    private Optional<RevCommit[]> allParents(RevCommit commit) throws IOException {
        walk.parseHeaders(commit);
        return Optional.of(commit.getParents());
    }

    /** Of the history of the wants without that of the excluded commits, what is recent enough and connected. */
    private void excluding(Deepen.Excluding excluding) throws IOException, ProtocolErrorException {
        Predicate<RevCommit> wanted = reachedOnlyByWants(excluding.not());
        List<RevCommit> included = new ArrayList<>();
        Set<RevCommit> seen = new HashSet<>(commits(wants));
        Deque<RevCommit> pending = new ArrayDeque<>(seen);
        while (!pending.isEmpty()) {
            RevCommit commit = pending.remove();
            walk.parseHeaders(commit);
            if (commit.getCommitTime() < excluding.sinceSeconds() || !wanted.test(commit)) {
                continue;
            }
            included.add(commit);
            complete.add(commit);
            for (RevCommit parent : commit.getParents()) {
                if (seen.add(parent)) {
                    pending.add(parent);
                }
            }
        }
        if (included.isEmpty()) {
            throw new ProtocolErrorException("no commits selected for shallow requests");
        }
        for (RevCommit commit : included) {
            if (!complete.containsAll(List.of(commit.getParents()))) {
                border.add(commit);
            }
        }
        complete.removeAll(border);
    }

    private Predicate<RevCommit> reachedOnlyByWants(List<ObjectId> excluded) throws IOException {
        if (excluded.isEmpty()) {
            return commit -> true;
        }
        Set<ObjectId> reached = new HashSet<>();
        try (RevWalk limited = new RevWalk(reader)) {
            limited.setRetainBody(false);
            for (RevCommit commit : commits(excluded)) {
                limited.markUninteresting(limited.parseCommit(commit));
            }
            for (ObjectId want : wants) {
                limited.markStart(limited.parseCommit(want));
            }
            for (RevCommit commit = limited.next(); commit != null; commit = limited.next()) {
                reached.add(commit.copy());
            }
        }
        return reached::contains;
    }

    private Set<ObjectId> parents(Set<ObjectId> commits) throws IOException {
        Set<ObjectId> parents = new LinkedHashSet<>();
        for (RevCommit commit : commits(commits)) {
            for (RevCommit parent : commit.getParents()) {
                parents.add(parent.copy());
            }
        }
        return parents;
    }

    private List<RevCommit> commits(Collection<? extends ObjectId> ids) throws IOException {
        List<RevCommit> commits = new ArrayList<>();
        for (ObjectId id : ids) {
            if (walk.peel(walk.parseAny(id)) instanceof RevCommit commit) {
                commits.add(commit);
            }
        }
        return commits;
    }

    @Override
    public void close() {
        walk.close();
    }

    /** The parents of a commit; empty: not all of them are here. */
    private interface Parents {
        Optional<RevCommit[]> of(RevCommit commit) throws IOException;
    }
}
