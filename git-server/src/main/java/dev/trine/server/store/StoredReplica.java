package dev.trine.server.store;

import dev.trine.server.replication.Logged;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.ReplicaState;
import java.util.List;

/**
 * What a replica starts from.
 *
 * @param state        as last written
 * @param log          every entry above the state's base, in order, without gaps
 * @param outcomes     every outcome stored, in order of version
 * @param gcGeneration how often packs were swapped
 * @param staged       pushes whose packs are durable but not committed
 */
public record StoredReplica(ReplicaState state, List<Logged> log, List<RecordedOutcome> outcomes, long gcGeneration,
                            List<StagedPush> staged) {
    public StoredReplica {
        log = List.copyOf(log);
        outcomes = List.copyOf(outcomes);
        staged = List.copyOf(staged);
        long expected = state.base().version();
        for (Logged entry : log) {
            if (entry.version() != ++expected) {
                throw new StoreException("the log has version " + entry.version() + " where " + expected
                    + " belongs, base is " + state.base());
            }
        }
        if (expected < state.committed().version()) {
            throw new StoreException("the log ends at version " + expected + ", below the committed "
                + state.committed());
        }
    }
}
