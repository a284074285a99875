package dev.trine.server.content;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.Position;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.Turn;
import dev.trine.server.admission.Turns;
import dev.trine.server.admission.Waiting;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.pkt.OverLimitException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Whether a ref reaches a commit. Finding out may mean to walk all of history, for which a turn is waited for; what was
 * found out is kept for a while, by the state of the repository. Called by many threads.
 */
final class ReachableCommits {
    private static final int KNOWN_MAX = 10_000;
    private static final List<String> ORDER = List.of("HEAD", "refs/heads/", "refs/tags/", "");

    private final WorkTurns turns;
    private final Cache<Asked, Boolean> known = Caffeine.newBuilder().maximumSize(KNOWN_MAX).build();

    ReachableCommits(WorkTurns turns) {
        this.turns = turns;
    }

    private record Asked(RepoId repo, Position at, ObjectId commit) {
    }

    /** Whether some ref of the view reaches it. */
    boolean contains(RepositoryView view, RevWalk walk, RevCommit commit, Claimant who, ContentClient client)
        throws IOException, OverLimitException {
        Asked asked = new Asked(view.id(), view.at(), commit.copy());
        Boolean before = known.getIfPresent(asked);
        if (before != null) {
            return before;
        }
        try (Turn turn = turns(walk).await(who, asked, patient(client))) {
            boolean found = walk.getObjectReader().createReachabilityChecker(walk)
                .areAllReachable(List.of(commit), tips(view, walk)).isEmpty();
            known.put(asked, found);
            return found;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Turns turns(RevWalk walk) throws IOException {
        return walk.getObjectReader().getBitmapIndex() == null ? turns.walks() : turns.packs();
    }

    /** A wait of which there is nothing to be told, because an answer can only begin with its head. */
    static Waiting patient(ContentClient client) {
        return new Waiting() {
            @Override
            public void told(String text) throws IOException {
                client.requireThere();
            }

            @Override
            public void over(String text) {
                // the answer begins
            }

            @Override
            public void alive() throws IOException {
                client.requireThere();
            }
        };
    }

    /** The commits that refs lead to, those first that reach most. */
    private static Stream<RevCommit> tips(RepositoryView view, RevWalk walk) {
        Set<ObjectId> ids = new LinkedHashSet<>();
        for (String prefix : ORDER) {
            view.refs().scan(prefix, (RefName name, RefValue value) -> {
                if (value instanceof RefValue.Direct direct) {
                    ids.add(ObjectId.fromString(direct.id().hex()));
                }
                return true;
            });
        }
        return ids.stream().flatMap(id -> commit(walk, id).stream());
    }

    private static Optional<RevCommit> commit(RevWalk walk, ObjectId id) {
        try {
            return walk.peel(walk.parseAny(id)) instanceof RevCommit commit ? Optional.of(commit) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
