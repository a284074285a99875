package dev.trine.common.model;

import java.util.List;
import java.util.Optional;

/** What became of a ref transaction (docs/PROTOCOL.md, push outcomes). */
public sealed interface PushOutcome {
    /**
     * Durable on two nodes and visible on the lock holder.
     *
     * @param nodes   those that are known to have it; one if its peers could not be asked which of them is the second
     * @param receipt what the node that answers keeps of it; empty: it keeps none any more, or not yet
     */
    record Committed(Position at, List<NodeId> nodes, Optional<Receipt> receipt) implements PushOutcome {
        public Committed(Position at, List<NodeId> nodes) {
            this(at, nodes, Optional.empty());
        }
    }

    /** Compared with the log at a position that is committed, and found not to apply; never in any log. */
    record Rejected(Position at, List<RefRejection> rejections) implements PushOutcome {
    }

    /** Never took and never takes effect; one sentence says why. */
    record NotApplied(String why) implements PushOutcome {
    }

    /** May yet take effect; one sentence says so. */
    record Indeterminate(String why) implements PushOutcome {
    }

    /** Nothing was persisted: no quorum, or the node that was asked is not the holder; one sentence names the nodes. */
    record Refused(String why) implements PushOutcome {
    }
}
