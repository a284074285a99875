package dev.trine.router.nodes;

import dev.trine.common.model.NodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices from this router's own requests which nodes fail: so many failures one after the other demote a node, one
 * success restores it. A demoted node is still asked, but nobody waits for it. Any thread.
 */
public final class FailureDetector {
    /** Failures in a row that demote a node. */
    static final int FAILURES_IN_A_ROW = 3;

    private static final Logger log = LoggerFactory.getLogger(FailureDetector.class);

    private final Map<NodeId, Integer> failures = new ConcurrentHashMap<>();

    /** A request to the node was answered. */
    public void succeeded(NodeId node) {
        Integer before = failures.remove(node);
        if (before != null && before >= FAILURES_IN_A_ROW) {
            log.atInfo().addKeyValue("node", node).log("node answers again");
        }
    }

    /** A request to the node failed. */
    public void failed(NodeId node, String problem) {
        int now = failures.merge(node, 1, (before, one) -> Math.min(before + one, FAILURES_IN_A_ROW + 1));
        if (now == FAILURES_IN_A_ROW) {
            log.atWarn().addKeyValue("node", node).addKeyValue("problem", problem).log("node is demoted");
        }
    }

    public boolean isDemoted(NodeId node) {
        return failures.getOrDefault(node, 0) >= FAILURES_IN_A_ROW;
    }
}
