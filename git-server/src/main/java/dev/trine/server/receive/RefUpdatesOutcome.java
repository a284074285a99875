package dev.trine.server.receive;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.server.hosting.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of changes of refs that were asked for without a pack. */
public sealed interface RefUpdatesOutcome {
    /**
     * Durable on two nodes.
     *
     * @param nodes   those known to hold it
     * @param receipt what this node keeps of it; empty: nothing any more
     * @param before  an earlier call with the same token had carried it out
     */
    record Committed(Position at, List<NodeId> nodes, Optional<Receipt> receipt, boolean before)
        implements RefUpdatesOutcome {
    }

    /**
     * Compared, and found not to apply.
     *
     * @param at      the state that it was compared with
     * @param reasons for each ref, in the words of Git's report-status
     * @param remarks sentences for people; may be empty
     */
    record Rejected(Position at, Map<RefName, String> reasons, String remarks) implements RefUpdatesOutcome {
    }

    /** Never took and never takes effect; one sentence says why. */
    record NotApplied(String why) implements RefUpdatesOutcome {
    }

    /** Nothing was changed; the same call may be repeated. */
    record Refused(String why) implements RefUpdatesOutcome {
    }

    /**
     * It may have taken effect, or may yet.
     *
     * @param comparedWith a committed state from before
     */
    record Unknown(Position comparedWith, String why) implements RefUpdatesOutcome {
    }

    /** This node does not serve it; nothing was changed by this call. */
    record NotServed(Refusal why) implements RefUpdatesOutcome {
    }
}
