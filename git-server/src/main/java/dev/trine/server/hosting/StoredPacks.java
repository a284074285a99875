package dev.trine.server.hosting;

import java.io.IOException;
import org.eclipse.jgit.internal.storage.dfs.DfsPackDescription;
import org.eclipse.jgit.internal.storage.dfs.ReadableChannel;

/** The packs of a view, as they lie on disk: what {@link RepositoryView#git} is as well. */
public interface StoredPacks {
    /**
     * Opens a pack file for reading; each byte is verified before it is handed out. Closed by the caller.
     *
     * @param pack one of the view's
     */
    ReadableChannel openPack(DfsPackDescription pack) throws IOException;
}
