package dev.trine.server.store;

import dev.trine.server.replication.Logged;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.StoredReplica;
import java.util.List;

/**
 * What a repository starts from on this node.
 *
 * @param replica      what the replicated log was; its entries follow each other without gaps from the base on
 * @param gcGeneration how often packs were swapped
 * @param staged       pushes whose packs are durable but not committed
 */
public record StoredRepository(StoredReplica replica, long gcGeneration, List<StagedPush> staged) {
    public StoredRepository {
        staged = List.copyOf(staged);
        ReplicaState state = replica.state();
        long last = state.base().version();
        for (Logged entry : replica.log()) {
            last++;
            if (entry.version() != last) {
                throw new StoreException("the log has version " + entry.version() + " where " + last
                    + " belongs, base is " + state.base());
            }
        }
        if (last < state.committed().version()) {
            throw new StoreException("the log ends at version " + last + ", below the committed " + state.committed());
        }
    }
}
