package dev.trine.server.replication;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one step makes durable: all of it in one synced write, or none. To be applied in the order of the components.
 *
 * @param state           the new state, if it changes
 * @param snapshot        switch to the refs, outcomes and pack of that pull: refs, outcomes and log entries stored
 *                        before go away, {@code outcomesAdded} holds the pull's outcomes
 * @param dropUpTo        delete log entries up to this version (compaction)
 * @param truncateFrom    delete log entries from this version on
 * @param put             log entries to store
 * @param refs            committed changes of refs; empty value: the ref goes away
 * @param outcomesAdded   outcomes to store
 * @param outcomesDropped pushes whose outcomes are forgotten
 * @param applied         log entries that become committed, in order: {@code refs} is what they lead to
 * @param packsJoined     by push: packs that become part of the repository together with the refs
 * @param holders         nodes known to hold {@code applied} durably, this one included; for receipts
 */
public record Batch(Optional<ReplicaState> state, Optional<PullId> snapshot, OptionalLong dropUpTo,
                    OptionalLong truncateFrom, List<Logged> put, Map<RefName, Optional<RefValue>> refs,
                    List<Logged> applied, List<RecordedOutcome> outcomesAdded, List<PushId> outcomesDropped,
                    Map<PushId, List<PackName>> packsJoined, List<NodeId> holders) {
    /** Nothing to write. */
    public static final Batch EMPTY = new Batch(Optional.empty(), Optional.empty(), OptionalLong.empty(),
        OptionalLong.empty(), List.of(), Map.of(), List.of(), List.of(), List.of(), Map.of());

    /** A batch of which is not known who else holds it. */
    public Batch(Optional<ReplicaState> state, Optional<PullId> snapshot, OptionalLong dropUpTo,
                 OptionalLong truncateFrom, List<Logged> put, Map<RefName, Optional<RefValue>> refs,
                 List<Logged> applied, List<RecordedOutcome> outcomesAdded, List<PushId> outcomesDropped,
                 Map<PushId, List<PackName>> packsJoined) {
        this(state, snapshot, dropUpTo, truncateFrom, put, refs, applied, outcomesAdded, outcomesDropped, packsJoined,
            List.of());
    }

    /** A new state, and nothing else. */
    public static Batch of(ReplicaState state) {
        return new Batch(Optional.of(state), Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), List.of(),
            Map.of(), List.of(), List.of(), List.of(), Map.of());
    }

    public Batch {
        put = List.copyOf(put);
        refs = Map.copyOf(refs);
        applied = List.copyOf(applied);
        outcomesAdded = List.copyOf(outcomesAdded);
        outcomesDropped = List.copyOf(outcomesDropped);
        packsJoined = Map.copyOf(packsJoined);
        holders = List.copyOf(holders);
    }

    /** The same, with the nodes that are known to hold what it applies. */
    Batch heldBy(List<NodeId> nodes) {
        return new Batch(state, snapshot, dropUpTo, truncateFrom, put, refs, applied, outcomesAdded, outcomesDropped,
            packsJoined, nodes);
    }

    /** Whether there is nothing to write. */
    public boolean isEmpty() {
        return equals(EMPTY);
    }
}
