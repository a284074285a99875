package dev.trine.server.hosting;

import dev.trine.common.model.PushId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RepoId;
import java.util.Optional;

/** The repositories that this node can serve. Called by many threads. */
public interface Hosting {
    /**
     * Opens a repository for reading, at a state that contains the read point; may wait, for a bounded time, until the
     * node is there.
     */
    Opened<RepositoryView> open(RepoId repo, ReadPoint at);

    /**
     * Opens a repository for one push. Its view is a state that contains the read point.
     *
     * @param user name of the authenticated user, for the receipt; empty: anonymous
     */
    Opened<PushSession> openPush(RepoId repo, ReadPoint at, PushId push, String user);

    /** Why this node does not serve a repository for the time being, a sentence for clients; empty: it may. */
    Optional<String> withdrawn(RepoId repo);
}
