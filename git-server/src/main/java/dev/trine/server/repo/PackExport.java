package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ProgressMonitor;

/** Writes packs for peers that lack some objects. Called by many threads. */
public final class PackExport {
    public PackExport(PackFiles files, JGitRuntime runtime) {
    }

    /**
     * Writes all objects that the wants reach and the haves do not into one pack with its index, complete in itself.
     *
     * @param view     where the objects are
     * @param wants    must be in the view
     * @param haves    what the asker has, with all that they reach; those that the view lacks are ignored
     * @param progress told about counting and writing
     * @return the pack; empty: there is nothing to send
     * @throws org.eclipse.jgit.errors.MissingObjectException a want, or an object that it reaches, is not in the view
     */
    public Optional<ExportedPack> write(ObjectView view, Set<ObjectName> wants, Set<ObjectName> haves,
                                        ProgressMonitor progress) throws IOException {
        throw new UnsupportedOperationException();
    }
}
