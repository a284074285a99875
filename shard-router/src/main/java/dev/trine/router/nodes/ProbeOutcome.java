package dev.trine.router.nodes;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import java.time.Duration;
import java.util.Optional;

/**
 * What one member did with a probe.
 *
 * @param node      the member's node
 * @param answer    its answer; empty: none came
 * @param problem   why none came, for people; empty: one came
 * @param roundTrip from asking to that outcome
 */
public record ProbeOutcome(NodeId node, Optional<ProbeAnswer> answer, String problem, Duration roundTrip) {
}
