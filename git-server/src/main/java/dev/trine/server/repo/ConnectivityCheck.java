package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.eclipse.jgit.lib.ProgressMonitor;

/**
 * Whether all that new tips reach is in the quarantined packs or reachable from what is committed. An object that
 * merely lies around in a committed pack counts as missing: a collection may remove it. Called by many threads.
 */
public final class ConnectivityCheck {
    /** Opens nothing; JGit must be started first. */
    public ConnectivityCheck(JGitRuntime runtime) {
        Objects.requireNonNull(runtime, "JGit must be started first");
    }

    /**
     * Walks from the tips through the quarantined packs, except those that are known to be complete in themselves;
     * where it leaves them, proves that committed tips reach the object.
     *
     * @param view     committed refs and packs, and the quarantined packs
     * @param tips     new values of refs
     * @param roots    objects that count as committed besides the view's refs: the new values of log entries that are
     *                 not committed yet
     * @param progress told about the walk, from the calling thread
     * @throws IOException the disk failed, or a committed object is corrupt
     */
    public Connectivity check(ObjectView view, Set<ObjectName> tips, Set<ObjectName> roots, ProgressMonitor progress)
            throws IOException {
        try (FreshObjects fresh = FreshObjects.open(view);
             CommittedObjects committed = new CommittedObjects(view, roots)) {
            return new ConnectivityWalk(fresh, committed, progress).run(tips);
        }
    }

    /** As {@link #check(ObjectView, Set, Set, ProgressMonitor)}, with one pack in quarantine. */
    public Connectivity check(ObjectView view, ReceivedPack.Indexed received, Set<ObjectName> tips,
                              Set<ObjectName> roots, ProgressMonitor progress) throws IOException {
        if (!view.quarantinedPacks().contains(received.stored().name())) {
            throw new IllegalArgumentException("the view does not show pack " + received.stored().name());
        }
        return check(view, tips, roots, progress);
    }
}
