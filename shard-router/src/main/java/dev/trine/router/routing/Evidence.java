package dev.trine.router.routing;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one probe, begun after the request arrived, has brought so far.
 *
 * @param answers       in order of arrival
 * @param silent        members that will not answer this probe any more, with the reason for people
 * @param repairProblem why a repair that this evidence called for failed, for people; empty: none was tried
 */
public record Evidence(List<ProbeAnswer> answers, Map<NodeId, String> silent, Optional<String> repairProblem) {
    public Evidence {
        answers = List.copyOf(answers);
        silent = Map.copyOf(silent);
    }

    /** Evidence before any repair. */
    public Evidence(List<ProbeAnswer> answers, Map<NodeId, String> silent) {
        this(answers, silent, Optional.empty());
    }
}
