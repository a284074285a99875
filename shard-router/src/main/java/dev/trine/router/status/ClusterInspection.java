package dev.trine.router.status;

import dev.trine.common.model.NodeId;
import dev.trine.router.authorizer.Authorizer;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Shard;
import dev.trine.router.nodes.NodeView;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Probes;
import dev.trine.router.version.Routes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts together how the cluster is: heartbeats, the database, and the lag of the repositories routed last. */
public final class ClusterInspection {
    private final Metadata metadata;
    private final Nodes nodes;
    private final Routes routes;
    private final LagSurvey survey;
    private final Authorizer authorizer;

    public ClusterInspection(Metadata metadata, Nodes nodes, Routes routes, Probes probes, Authorizer authorizer) {
        this.authorizer = authorizer;
        this.metadata = metadata;
        this.nodes = nodes;
        this.routes = routes;
        this.survey = new LagSurvey(probes);
    }

    /** Looks now. */
    public ClusterView view() throws InterruptedException {
        nodes.beatAll();
        String database = "ok";
        Map<String, Long> counts = Map.of();
        try {
            counts = metadata.repositories().countByShard();
        } catch (MetadataAwayException away) {
            database = String.valueOf(away.getMessage());
        }
        List<LagSurvey.Lag> lags = survey.survey(routes.recent());
        Map<NodeId, Long> greatest = new HashMap<>();
        lags.forEach(lag -> lag.behind().forEach((node, entries) -> greatest.merge(node, entries, Math::max)));
        List<ClusterView.ShardView> shards = new ArrayList<>();
        for (Shard shard : nodes.cluster().shards()) {
            List<LagSurvey.Lag> here = lags.stream()
                .filter(lag -> lag.repository().shard().equals(shard.name())).toList();
            shards.add(new ClusterView.ShardView(shard, counts.getOrDefault(shard.name(), 0L),
                here.stream().filter(lag -> !lag.behind().isEmpty()).count(), here.size()));
        }
        NodeProblems problems = NodeProblems.read(metadata);
        List<NodeReport> reports = nodes.views().values().stream()
            .map(node -> report(node, greatest.getOrDefault(node.node().id(), 0L), problems)).toList();
        return new ClusterView(shards, reports, database, authorizer.state());
    }

    /** One node, as its last heartbeat showed it; empty: there is no such node. */
    Optional<NodeReport> node(NodeId id) {
        return Optional.ofNullable(nodes.views().get(id)).map(node -> report(node, 0, NodeProblems.read(metadata)));
    }

    private NodeReport report(NodeView node, long lag, NodeProblems problems) {
        return new NodeReport(node, lag, problems.of(node), nodes.cluster().shards().stream()
            .filter(shard -> shard.nodes().contains(node.node().id())).map(Shard::name).toList());
    }
}
