package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.inspector.cli.Table;
import dev.trine.proto.ClusterStatusReply;
import dev.trine.proto.NodeStatus;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.ShardStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/** The cluster's status as it is shown. */
record ClusterStatusView(boolean degraded, String metadata, Optional<String> authorizer, List<Shard> shards,
                         List<Node> nodes) {
    private static final long MEBIBYTE = 1024 * 1024;

    /** One shard; the lagging ones are counted among the repositories examined. */
    record Shard(String name, List<String> nodes, long repositories, long lagging, long examined) {
        private static final List<Column<Shard>> COLUMNS = List.of(
            new Column<>("SHARD", Shard::name),
            new Column<>("NODES", shard -> String.join(",", shard.nodes)),
            new Column<>("REPOS", shard -> Long.toString(shard.repositories)),
            new Column<>("LAGGING", shard -> shard.lagging + " of " + shard.examined + " examined"));

        private static Shard of(ShardStatus shard) {
            return new Shard(shard.getName(), shard.getNodesList(), shard.getRepositories(), shard.getLagging(),
                shard.getExamined());
        }
    }

    /**
     * One node; what only it knows is empty when it did not answer. Since it started, it has appended
     * {@code logEntries} to logs in {@code logAppends} synced writes, of {@code syncedWrites} in all, which took
     * {@code logSyncs} syncs.
     */
    record Node(String name, String zone, String address, String state, Optional<String> problem, long lag,
                Optional<Long> repositories, Optional<Long> freeBytes, Optional<Integer> activeRequests,
                Optional<String> softwareVersion, Optional<Long> pinned, List<PinView> pins,
                Optional<ScrubView> scrub, Optional<Long> logEntries, Optional<Long> logAppends,
                Optional<Long> syncedWrites, Optional<Long> logSyncs, Optional<PackCacheView> packCache) {
        private static final List<Column<Node>> COLUMNS = List.of(
            new Column<>("NODE", Node::name),
            new Column<>("ZONE", Node::zone),
            new Column<>("ADDRESS", Node::address),
            new Column<>("STATE", Node::state),
            new Column<>("LAG", node -> Long.toString(node.lag)),
            new Column<>("REPOS", node -> node.repositories.map(Object::toString).orElse("")),
            new Column<>("FREE", node -> node.freeBytes.map(bytes -> bytes / MEBIBYTE + " MiB").orElse("")),
            new Column<>("PINNED", node -> node.pinned.map(Object::toString).orElse("")),
            new Column<>("SCRUBBED", node -> node.scrub.map(ScrubView::text).orElse("")),
            new Column<>("ENTRIES", node -> node.logEntries.map(Object::toString).orElse("")),
            new Column<>("APPENDS", node -> node.logAppends.map(Object::toString).orElse("")),
            new Column<>("CACHED", node -> node.packCache.map(PackCacheView::text).orElse("")),
            new Column<>("VERSION", node -> node.softwareVersion.orElse("")));

        private static Node of(NodeStatus node) {
            Optional<NodeStatusReply> known = node.hasStatus() ? Optional.of(node.getStatus()) : Optional.empty();
            return new Node(node.getName(), node.getZone(), node.getAddress(), node.getState(),
                Wire.nonEmpty(node.getProblem()), node.getLag(),
                known.map(NodeStatusReply::getRepositories), known.map(NodeStatusReply::getFreeBytes),
                known.map(NodeStatusReply::getActiveRequests), known.map(NodeStatusReply::getSoftwareVersion),
                known.map(NodeStatusReply::getPinned),
                node.getStatus().getPinsList().stream().map(pin -> PinView.of(node.getName(), pin)).toList(),
                known.map(status -> ScrubView.of(status.getScrub())), known.map(NodeStatusReply::getLogEntries),
                known.map(NodeStatusReply::getLogAppends), known.map(NodeStatusReply::getSyncedWrites),
                known.map(NodeStatusReply::getLogSyncs),
                known.map(NodeStatusReply::getPackCache).map(PackCacheView::of));
        }
    }

    static ClusterStatusView of(ClusterStatusReply reply) {
        return new ClusterStatusView(reply.getDegraded(), reply.getMetadata(), Wire.nonEmpty(reply.getAuthorizer()),
            reply.getShardsList().stream().map(Shard::of).toList(),
            reply.getNodesList().stream().map(Node::of).toList());
    }

    void print(PrintWriter out) {
        out.println("cluster   " + (degraded ? "degraded" : "ok"));
        out.println("metadata  " + metadata);
        authorizer.ifPresent(state -> out.println("authorizer  " + state));
        out.println();
        Table.print(out, shards, Shard.COLUMNS);
        out.println();
        Table.print(out, nodes, Node.COLUMNS);
        List<Node> amiss = nodes.stream().filter(node -> node.problem.isPresent()).toList();
        if (!amiss.isEmpty()) {
            out.println();
        }
        amiss.forEach(node -> out.println(node.name + ": " + node.problem.orElseThrow()));
        List<PinView> pins = nodes.stream().flatMap(node -> node.pins.stream()).toList();
        if (!pins.isEmpty()) {
            out.println();
            Table.print(out, pins, PinView.COLUMNS);
        }
    }
}
