package dev.trine.inspector.admin;

import dev.trine.inspector.cli.ExitCode;
import dev.trine.proto.ClusterStatusRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The cluster as a whole. */
@Command(name = "cluster", description = "Look at the cluster as a whole.",
    footer = {"%nExample:", "  trine cluster status"})
final class ClusterCommand {
    private final Clusters clusters;

    ClusterCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    @Command(name = "status", description = {"Show shards and nodes, and how far replicas lag.",
        "The exit code is 0 when all is well and 3 when a node, a replica or the metadata database is not."},
        footer = {"%nExamples:", "  trine cluster status",
            "  trine cluster status -o json | jq -r '.nodes[] | select(.state != \"up\").name'"})
    int status(@Mixin Session session) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ClusterStatusView view = ClusterStatusView.of(
                client.call(stub -> stub.clusterStatus(ClusterStatusRequest.getDefaultInstance())));
            session.show(view, () -> view.print(session.out()));
            return (view.degraded() ? ExitCode.DEGRADED : ExitCode.OK).number();
        }
    }
}
