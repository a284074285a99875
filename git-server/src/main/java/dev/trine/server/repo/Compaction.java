package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites the committed packs of a repository into few: one main pack of all that refs reach, with a bitmap, and at
 * most one of the rest. It changes no pack set and removes no file: the caller swaps the names in one durable batch.
 * Called by many threads, for one repository by one at a time.
 */
public final class Compaction {
    public Compaction(PackFiles files, JGitRuntime runtime) {
    }

    /** How much to rewrite. */
    public enum Extent {
        /** The small packs into one; the main pack stays. */
        FOLD,
        /** Everything, with a fresh bitmap. */
        FULL
    }

    /**
     * What a repository needs, judged by the sizes of its packs; empty: nothing.
     *
     * @param packs its committed pack set
     */
    public Optional<Extent> due(RepoId repo, List<PackName> packs) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Rewrites.
     *
     * @param view            a view of committed refs and packs, without quarantined packs
     * @param extent          how much
     * @param keep            objects that must survive with all that they reach although no ref of the view may reach
     *                        them: new values of log entries, staged pushes, recently replaced tips; those that the
     *                        view lacks are ignored
     * @param keepUnreachable an unreachable object survives if it lies in a pack written after this
     * @return what to swap; empty: nothing to gain
     */
    public Optional<Compacted> run(ObjectView view, Extent extent, Set<ObjectName> keep, Instant keepUnreachable)
            throws IOException {
        throw new UnsupportedOperationException();
    }
}
