package dev.trine.server.hosting;

import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.RefTable;
import org.eclipse.jgit.lib.Repository;

/**
 * A repository as one request sees it: refs at one committed position and the packs that belong to it, unchanging until
 * closed. Used by one request; its objects are pinned against removal until it is closed.
 */
public interface RepositoryView extends AutoCloseable {
    /** Which repository. */
    RepoId id();

    /** The committed position that the refs show. */
    Position at();

    /** The refs. */
    RefTable refs();

    /** The refs, to be sent to clients. */
    default RefListing listing() {
        return RefListing.of(refs());
    }

    /** JGit's view of refs and objects; read only. */
    Repository git();

    @Override
    void close();
}
