package dev.trine.inspector.admin;

import dev.trine.proto.ExplainRouteRequest;
import dev.trine.proto.Operation;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Routing. */
@Command(name = "route", description = "Look at how requests are routed.",
    footer = {"%nExample:", "  trine route explain team/app --op read"})
final class RouteCommand {
    private final Clusters clusters;

    RouteCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    /** The operations, in the words of the command line. */
    enum Op {
        READ(Operation.READ), WRITE(Operation.WRITE);

        private final Operation operation;

        Op(Operation operation) {
            this.operation = operation;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Command(name = "explain",
        description = "Ask the nodes as for a real request, and tell which node would serve and why.",
        footer = {"%nExamples:", "  trine route explain team/app --op read",
            "  trine route explain team/app --op write -o json"})
    void explain(@Mixin Session session,
                 @Option(names = "--op", paramLabel = "read|write", required = true,
                     description = "read: clone and fetch; write: push.") Op op,
                 @Parameters(paramLabel = "REPO", description = "Path or id of the repository.") String repo) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ExplainRouteRequest request =
                ExplainRouteRequest.newBuilder().setRepo(repo).setOperation(op.operation).build();
            RouteView view = RouteView.of(client.call(stub -> stub.explainRoute(request)), op.toString());
            session.show(view, () -> view.print(session.out()));
        }
    }
}
