package dev.trine.server.hosting;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ProgressMonitor;

/**
 * One push: receive at most one pack into quarantine, check it, then commit one ref transaction or several tries of it.
 * What it received is visible to nobody else until committed; closing without a commit discards it. Used by one thread.
 */
public interface PushSession extends AutoCloseable {
    /** Identity of the push. */
    PushId id();

    /** The state to advertise and to compare with; after {@link #receive} it also shows the quarantined objects. */
    RepositoryView view();

    /** Names refs that the push changes: it probably builds on what they hold, and that is looked at first. */
    default void buildsOn(Collection<RefName> refs) {
    }

    /** Tells what is done once the pack has arrived, before it is worked through. Called before {@link #receive}. */
    void whenArrived(Arrival arrival);

    /** Is told that a pack has arrived. */
    interface Arrival {
        /**
         * The pack lies here, and from now on costs processor time and memory.
         *
         * @return why it is not to be worked through; empty: it is
         * @throws IOException nobody waits for that any more
         */
        Optional<String> arrived() throws IOException;
    }

    /**
     * Reads one packfile to its trailer and not a byte further, indexes it into quarantine (completing a thin pack),
     * checks every object's form, then checks that everything reachable from the tips is there.
     *
     * @param pack     positioned at the pack's first byte
     * @param tips     the commands' new object ids
     * @param progress told about receiving, resolving and checking
     * @throws IOException the stream broke, or the disk failed
     */
    Received receive(InputStream pack, Set<ObjectName> tips, ProgressMonitor progress) throws IOException;

    /** As {@link #receive}, for a push without a pack: all that the tips reach must be committed already. */
    Received check(Set<ObjectName> tips, ProgressMonitor progress) throws IOException;

    /**
     * Stages what was received on the peers, then commits the updates as one transaction. After
     * {@link PushOutcome.Rejected} it may be called again with other updates; after any other outcome it may not.
     * New values need not be peeled; the session does that.
     */
    PushOutcome commit(List<RefUpdate> updates);

    /**
     * As {@link #commit}, for a push that may have been tried before, here or at another node, and may yet be under way
     * there: it takes effect at most once, and later tries learn what became of the first. Called once.
     *
     * @param once its identity, the same for every try
     */
    PushOutcome commitOnce(PushId once, List<RefUpdate> updates);

    /**
     * What the state that {@link #view} shows records of a push that was decided earlier; empty: nothing, it may be
     * carried out. Such a push needs no check, and {@link #commitOnce} would tell the same.
     *
     * @param once    its identity
     * @param updates what it is to change: another push with the same identity is {@link PushOutcome.NotApplied}
     */
    Optional<PushOutcome> recorded(PushId once, List<RefUpdate> updates);

    @Override
    void close();

    /** What came of receiving. */
    sealed interface Received {
        /** All there. */
        record Complete() implements Received {
        }

        /** The pack is corrupt, or holds a malformed object, or exceeds a limit: nothing of it is kept. */
        record Unusable(String why) implements Received {
        }

        /** The pack is sound but these tips reach objects that are missing. */
        record Incomplete(Set<ObjectName> tips) implements Received {
        }
    }
}
