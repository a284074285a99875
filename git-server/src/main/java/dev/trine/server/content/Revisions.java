package dev.trine.server.content;

import dev.trine.common.model.RefName;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.pkt.OneLine;
import dev.trine.server.pkt.ResolvedRefs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * What a client means by a revision: a commit id of 40 digits, "HEAD", a full ref name, a tag, a branch, tried in this
 * order, which is Git's (gitrevisions(7)). Short ids and expressions are none. Used by one thread.
 */
final class Revisions {
    private static final int SEGMENTS_MAX = 64;

    private final ResolvedRefs refs;
    private final RevWalk walk;

    Revisions(RepositoryView view, RevWalk walk) {
        this.refs = new ResolvedRefs(view);
        this.walk = walk;
    }

    /**
     * A commit.
     *
     * @param byId it was named by its id: whether a ref reaches it is another question
     */
    record Named(RevCommit commit, boolean byId) {
    }

    /** A revision, and what follows it. */
    record Split(Named revision, String rest) {
    }

    /** What a text of revision and path means: the longest revision counts. */
    Split split(String text) throws IOException {
        String[] segments = text.split("/", SEGMENTS_MAX + 1);
        for (int count = segments.length - 1; count > 0; count--) {
            String name = String.join("/", List.of(segments).subList(0, count));
            Optional<ObjectId> id = id(name);
            if (id.isPresent()) {
                return new Split(named(name, id.get()), text.substring(name.length() + 1));
            }
        }
        throw NotServedException.missing("no branch, tag or commit is named by the beginning of '" + OneLine.of(text)
            + "', followed by the path of a file");
    }

    /** What a whole text means. */
    Named find(String text) throws IOException {
        Optional<ObjectId> id = id(text);
        if (id.isEmpty()) {
            throw NotServedException.missing("there is no branch, tag or commit '" + OneLine.of(text) + "'");
        }
        return named(text, id.get());
    }

    private Optional<ObjectId> id(String name) {
        if (isId(name)) {
            return Optional.of(ObjectId.fromString(name));
        }
        Stream<String> full = name.equals("HEAD") || name.startsWith("refs/") ? Stream.of(name)
            : Stream.of("refs/tags/" + name, "refs/heads/" + name);
        return full.filter(RefName::isLegal).flatMap(ref -> refs.id(new RefName(ref)).stream()).findFirst();
    }

    /** Unlike JGit's own test this knows digits from letters whose lower byte is that of one. */
    private static boolean isId(String name) {
        return name.chars().allMatch(c -> c < 0x80) && ObjectId.isId(name);
    }

    private Named named(String name, ObjectId id) throws IOException {
        boolean byId = isId(name);
        try {
            var object = byId ? walk.parseAny(id) : walk.peel(walk.parseAny(id));
            if (object instanceof RevCommit commit) {
                walk.parseBody(commit);
                return new Named(commit, byId);
            }
        } catch (MissingObjectException e) {
            if (!byId) {
                throw e;
            }
        }
        throw NotServedException.missing(byId ? unreachable(name) : "'" + OneLine.of(name) + "' leads to no commit");
    }

    /** Says of a commit that is not there the same as of one that no ref reaches. */
    static String unreachable(String id) {
        return "there is no commit " + OneLine.of(id) + " that a branch, tag or other ref reaches";
    }
}
