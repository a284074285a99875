package dev.trine.router.rpc;

import dev.trine.common.wire.Wire;
import dev.trine.proto.ClusterStatusReply;
import dev.trine.proto.DescribeRepoReply;
import dev.trine.proto.ExplainRouteReply;
import dev.trine.proto.NodeRepair;
import dev.trine.proto.NodeStatus;
import dev.trine.proto.ProbeAnswer;
import dev.trine.proto.RepairRepoReply;
import dev.trine.proto.ReplicaStatus;
import dev.trine.proto.ShardStatus;
import dev.trine.router.directory.Known;
import dev.trine.router.nodes.NodeView;
import dev.trine.router.nodes.ProbeOutcome;
import dev.trine.router.routing.Decision;
import dev.trine.router.status.ClusterView;
import dev.trine.router.status.NodeReport;
import dev.trine.router.status.ReplicaView;
import dev.trine.router.status.RepositoryView;
import dev.trine.router.status.StorageRepairs;
import dev.trine.router.version.Routed;
import dev.trine.router.wire.AdminWire;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What was found out about repositories, nodes and routes, as messages. */
final class StatusWire {
    private StatusWire() {
    }

    static DescribeRepoReply toProto(RepositoryView view) {
        return DescribeRepoReply.newBuilder().setRepo(AdminWire.toProto(view.repository()))
            .setLockHolder(view.lockHolder())
            .addAllReplicas(view.replicas().stream().map(StatusWire::toProto).toList()).build();
    }

    private static ReplicaStatus toProto(ReplicaView replica) {
        ReplicaStatus.Builder status = ReplicaStatus.newBuilder().setNode(replica.node().value())
            .setZone(replica.zone()).setState(replica.state().word()).setLag(replica.lag())
            .setProblem(replica.problem());
        replica.description().ifPresent(status::setDescription);
        return status.build();
    }

    static RepairRepoReply toProto(List<StorageRepairs.Repaired> repaired) {
        return RepairRepoReply.newBuilder().addAllNodes(repaired.stream().map(each -> {
            NodeRepair.Builder node = NodeRepair.newBuilder().setNode(each.node().value())
                .setProblem(each.reply().problem());
            each.reply().ifDone().ifPresent(node::setReply);
            return node.build();
        }).toList()).build();
    }

    static ClusterStatusReply toProto(ClusterView view) {
        return ClusterStatusReply.newBuilder()
            .addAllShards(view.shards().stream().map(StatusWire::toProto).toList())
            .addAllNodes(view.nodes().stream().map(StatusWire::toProto).toList())
            .setMetadata(view.metadata()).setAuthorizer(view.authorizer()).setDegraded(view.isDegraded()).build();
    }

    private static ShardStatus toProto(ClusterView.ShardView shard) {
        return ShardStatus.newBuilder().setName(shard.shard().name())
            .addAllNodes(shard.shard().nodes().stream().map(node -> node.value()).toList())
            .setRepositories(shard.repositories()).setLagging(shard.lagging()).setExamined(shard.examined()).build();
    }

    static NodeStatus toProto(NodeReport report) {
        NodeView view = report.view();
        NodeStatus.Builder status = NodeStatus.newBuilder().setName(view.node().id().value())
            .setZone(view.node().zone()).setAddress(view.node().address())
            .setState(view.state().name().toLowerCase(Locale.ROOT)).setLag(report.lag())
            .setProblem(report.problem()).addAllShards(report.shards());
        view.node().incarnation().ifPresent(disk -> status.setIncarnation(disk.value()));
        view.status().ifPresent(status::setStatus);
        return status.build();
    }

    static ExplainRouteReply toProto(Routed routed, Known<?> placement) {
        ExplainRouteReply.Builder reply = ExplainRouteReply.newBuilder()
            .setRepoId(routed.repository().id().value()).setDecision(routed.word())
            .setRule(routed.rule())
            .addAllReasons(routed.reasons())
            .addAllAnswers(routed.answers().stream().map(StatusWire::toProto).toList())
            .setPlacementSource(placement.source().name().toLowerCase(Locale.ROOT))
            .setPlacementAgeSeconds(placement.age().toSeconds());
        switch (routed.decision()) {
            case Decision.Serve serve -> reply.setNode(serve.at().node().value())
                .setReadPoint(Wire.toProto(serve.from()));
            case Decision.Repair repair -> reply.setNode(repair.candidates().getFirst().node().value());
            case Decision.Refuse refuse -> reply.addReasons(refuse.why());
            case Decision.Gone gone -> reply.addReasons("the repository was deleted");
            case Decision.AwaitMore more -> throw Routed.undecided(more);
            case Decision.Restart restart -> throw Routed.undecided(restart);
        }
        return reply.build();
    }

    private static ProbeAnswer toProto(ProbeOutcome outcome) {
        ProbeAnswer.Builder answer = ProbeAnswer.newBuilder().setNode(outcome.node().value())
            .setMicros(TimeUnit.NANOSECONDS.toMicros(outcome.roundTrip().toNanos())).setProblem(outcome.problem());
        outcome.answer().ifPresent(came -> answer.setReply(Wire.toProto(came)));
        return answer.build();
    }
}
