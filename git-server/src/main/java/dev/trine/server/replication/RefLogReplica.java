package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import java.util.List;
import java.util.function.Supplier;

/**
 * One repository's replica on one node: decides about locks, log, commits and reads. One thread at a time.
 */
public final class RefLogReplica {
    /**
     * A replica as the disk remembers it: no session, no lease, whatever it was before.
     *
     * @param repo      the repository
     * @param self      this node's identity
     * @param stored    as last written
     * @param committed reads the refs that the last written batch left
     * @param staged    knows which objects are durable here
     * @param timeouts  waits and bounds
     * @param seed      of the random waits
     */
    public RefLogReplica(RepoId repo, Member self, StoredReplica stored, Supplier<RefTable> committed,
                         StagedPushes staged, Timeouts timeouts, long seed) {
        throw new UnsupportedOperationException("follows within the hour");
    }

    /**
     * Takes one message, changes this replica's state, and returns what the driver must do.
     *
     * @param nowMillis monotonic time of this node, never less than at the step before
     * @throws BrokenInvariant this replica must not go on; the message says what contradicts what
     */
    public Step step(long nowMillis, Message message) {
        throw new UnsupportedOperationException("follows within the hour");
    }

    /** One atomic snapshot of the replica's position, for routers and contenders. */
    public ProbeAnswer probe(long nowMillis) {
        throw new UnsupportedOperationException("follows within the hour");
    }

    /** Whether nothing waits for time to pass: no ticks are needed and the replica may be unloaded. */
    public boolean isIdle(long nowMillis) {
        throw new UnsupportedOperationException("follows within the hour");
    }

    /** State as of the last step. */
    public ReplicaState state() {
        throw new UnsupportedOperationException("follows within the hour");
    }

    /** Pushes in the log above the committed position: their objects must stay. */
    public List<LogEntry.Push> tail() {
        throw new UnsupportedOperationException("follows within the hour");
    }
}
