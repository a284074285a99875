package dev.trine.server.replication;

import java.util.List;

/**
 * What a node's disk remembers of a replica, refs and packs apart.
 *
 * @param state    as last written
 * @param log      every entry above {@code state.base()}, in order
 * @param outcomes every outcome stored, in order of version
 */
public record StoredReplica(ReplicaState state, List<Logged> log, List<RecordedOutcome> outcomes) {
    public StoredReplica {
        log = List.copyOf(log);
        outcomes = List.copyOf(outcomes);
    }
}
