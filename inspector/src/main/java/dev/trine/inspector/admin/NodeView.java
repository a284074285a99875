package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.NodeStatus;
import dev.trine.proto.NodeStatusReply;
import java.util.List;
import java.util.Optional;

/** A node as it is listed; what only it knows is empty when it did not answer. */
record NodeView(String name, String zone, String address, String state, List<String> shards,
                Optional<Long> repositories, Optional<String> registeredIncarnation, Optional<String> incarnation,
                Optional<String> problem) {
    static final List<Column<NodeView>> COLUMNS = List.of(
        new Column<>("NODE", NodeView::name),
        new Column<>("ZONE", NodeView::zone),
        new Column<>("ADDRESS", NodeView::address),
        new Column<>("STATE", NodeView::state),
        new Column<>("SHARDS", node -> String.join(",", node.shards)),
        new Column<>("REPOS", node -> node.repositories.map(Object::toString).orElse("")),
        new Column<>("PROBLEM", node -> node.problem.orElse("")));

    static NodeView of(NodeStatus node) {
        Optional<NodeStatusReply> known = node.hasStatus() ? Optional.of(node.getStatus()) : Optional.empty();
        return new NodeView(node.getName(), node.getZone(), node.getAddress(), node.getState(), node.getShardsList(),
            known.map(NodeStatusReply::getRepositories), Wire.nonEmpty(node.getIncarnation()),
            known.map(status -> status.getMember().getIncarnation()), Wire.nonEmpty(node.getProblem()));
    }
}
