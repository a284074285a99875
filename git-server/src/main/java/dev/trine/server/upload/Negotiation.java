package dev.trine.server.upload;

import dev.trine.server.pkt.ProtocolErrorException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.AsyncRevObjectQueue;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Finds what client and server have in common: which haves exist here, and whether they suffice to send a small pack.
 * Objects of the repository are wanted; that some ref reaches them is not asked, so that a tip which was replaced
 * between two requests of one fetch can still be fetched.
 */
final class Negotiation implements AutoCloseable {
    private static final int EVALUATIONS_FREE = 16;

    private final ObjectReader reader;
    private final RevWalk walk;
    private final Set<ObjectId> wants = new LinkedHashSet<>();
    private final Set<RevCommit> wantedCommits = new LinkedHashSet<>();
    private final Set<ObjectId> common = new LinkedHashSet<>();
    private final Set<RevCommit> theyHave = new HashSet<>();
    private int oldestHaveSeconds = Integer.MAX_VALUE;
    private boolean enough;
    private int evaluations;
    private int commonWhenEvaluated = -1;

    Negotiation(ObjectReader reader) {
        this.reader = reader;
        this.walk = new RevWalk(reader);
        walk.setRetainBody(false);
    }

    /** The haves that exist here, in the client's order. */
    Set<ObjectId> common() {
        return common;
    }

    /** The wants, and what those that are tags lead to: as Git has it, no filter leaves that out. */
    Set<ObjectId> wants() {
        return wants;
    }

    /** The wanted commits, tags followed to theirs; wants that lead to no commit are left out. */
    Set<RevCommit> wantedCommits() {
        return wantedCommits;
    }

    /** Takes the wants; all have to exist. */
    void want(Collection<ObjectId> ids) throws IOException, ProtocolErrorException {
        AsyncRevObjectQueue queue = walk.parseAny(ids, true);
        try {
            for (RevObject want = queue.next(); want != null; want = queue.next()) {
                want(want);
            }
        } catch (MissingObjectException e) {
            throw new ProtocolErrorException("upload-pack: not our ref " + e.getObjectId().name());
        } finally {
            queue.release();
        }
    }

    private void want(RevObject tip) throws IOException {
        RevObject object = tip;
        wants.add(object.copy());
        while (object instanceof RevTag tag) {
            object = walk.parseAny(tag.getObject());
            wants.add(object.copy());
        }
        if (object instanceof RevCommit commit) {
            wantedCommits.add(commit);
        }
    }

    /** Keeps of the client's shallow boundary what exists here. */
    Set<ObjectId> knownShallow(Collection<ObjectId> shallow) throws IOException, ProtocolErrorException {
        Set<ObjectId> known = new LinkedHashSet<>();
        for (ObjectId id : shallow) {
            Optional<RevObject> object = find(id);
            if (object.isPresent() && !(object.get() instanceof RevCommit)) {
                throw new ProtocolErrorException("invalid shallow object " + id.name());
            }
            object.ifPresent(commit -> known.add(id));
        }
        return known;
    }

    /** Takes one have; true: it exists here. */
    boolean have(ObjectId id) throws IOException {
        Optional<RevObject> object = find(id);
        if (object.isEmpty()) {
            return false;
        }
        common.add(id);
        if (object.get() instanceof RevCommit commit) {
            oldestHaveSeconds = Math.min(oldestHaveSeconds, commit.getCommitTime());
            theyHave.add(commit);
            theyHave.addAll(List.of(commit.getParents()));
        }
        return true;
    }

    /**
     * Whether from every wanted commit the walk back meets a common one: more haves would gain little. The walk may be
     * long, so after some it is only repeated when the common objects have doubled.
     */
    boolean isEnough() throws IOException {
        boolean news = evaluations < EVALUATIONS_FREE ? common.size() > commonWhenEvaluated
            : common.size() >= 2 * commonWhenEvaluated;
        if (!enough && news) {
            evaluations++;
            commonWhenEvaluated = common.size();
            enough = !theyHave.isEmpty() && everyWantReaches();
        }
        return enough;
    }

    /** The walk stops at commits older than the oldest have, and sees each commit once for all wants. */
    private boolean everyWantReaches() throws IOException {
        Set<RevCommit> seen = new HashSet<>();
        Set<RevCommit> reaching = new HashSet<>(theyHave);
        for (RevCommit want : wantedCommits) {
            seen.add(want);
            Deque<RevCommit> path = new ArrayDeque<>();
            path.push(want);
            while (!path.isEmpty()) {
                RevCommit commit = path.peek();
                if (reaching.contains(commit)) {
                    path.pop();
                    if (!path.isEmpty()) {
                        reaching.add(path.peek());
                    }
                    continue;
                }
                Optional<RevCommit> parent = nextParent(commit, seen, reaching);
                if (parent.isPresent()) {
                    path.push(parent.get());
                } else if (!reaching.contains(commit)) {
                    path.pop();
                }
            }
            if (!reaching.contains(want)) {
                return false;
            }
        }
        return true;
    }

    private Optional<RevCommit> nextParent(RevCommit commit, Set<RevCommit> seen, Set<RevCommit> reaching)
        throws IOException {
        for (RevCommit parent : commit.getParents()) {
            if (reaching.contains(parent)) {
                reaching.add(commit);
                return Optional.empty();
            }
            if (seen.add(parent)) {
                walk.parseHeaders(parent);
                if (parent.getCommitTime() >= oldestHaveSeconds) {
                    return Optional.of(parent);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<RevObject> find(ObjectId id) throws IOException {
        reader.setAvoidUnreachableObjects(true);
        try {
            return Optional.of(walk.parseAny(id));
        } catch (MissingObjectException e) {
            return Optional.empty();
        } finally {
            reader.setAvoidUnreachableObjects(false);
        }
    }

    @Override
    public void close() {
        walk.close();
    }
}
