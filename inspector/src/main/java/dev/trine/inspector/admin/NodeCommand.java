package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import dev.trine.inspector.cli.ExitCode;
import dev.trine.proto.AddNodeRequest;
import dev.trine.proto.CancelReplacementRequest;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.GetReplacementRequest;
import dev.trine.proto.ListReplacementsRequest;
import dev.trine.proto.RemoveNodeRequest;
import dev.trine.proto.ReplaceNodeRequest;
import dev.trine.proto.Replacement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The nodes of a cluster. */
@Command(name = "node", description = "Look at, register, replace and remove git servers.",
    footer = {"%nExamples:", "  trine node list", "  trine node replace n3 n3",
        "  trine node add n4 --zone z4 --address git4.example.org:7000", "  trine node replace n3 n4"})
final class NodeCommand {
    private static final String NODE_HELP = "Name of the node.";
    private static final Duration POLL = Duration.ofMillis(500);

    private final Clusters clusters;
    private final boolean terminal;

    /** Makes the commands; on a terminal, progress is shown in one line that changes. */
    NodeCommand(Clusters clusters, boolean terminal) {
        this.clusters = clusters;
        this.terminal = terminal;
    }

    @Command(name = "list", description = "List the nodes, and say what is amiss with them.",
        footer = {"%nExamples:", "  trine node list",
            "  trine node list -o json | jq -r '.[] | select(.state == \"wiped\").name'"})
    void list(@Mixin Session session) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            session.list(nodes(client), NodeView.COLUMNS);
        }
    }

    private static List<NodeView> nodes(AdminClient client) {
        return client.call(stub -> stub.clusterStatus(ClusterStatusRequest.getDefaultInstance())).getNodesList()
            .stream().map(NodeView::of).toList();
    }

    @Command(name = "status", description = {"Show one node, and what is being moved to or from it.",
        "The exit code is 3 when something is amiss with it."},
        footer = {"%nExample:", "  trine node status n3"})
    int status(@Mixin Session session, @Parameters(paramLabel = "NAME", description = NODE_HELP) String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            NodeView node = nodes(client).stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow(() ->
                new CommandFailure("there is no node " + name + "; list them with 'trine node list'"));
            NodeStatusView view = statusOf(node, client);
            session.show(view, () -> view.print(session.out()));
            return (node.problem().isPresent() ? ExitCode.DEGRADED : ExitCode.OK).number();
        }
    }

    /** Nodes are known without the database, replacements are not: then the reason is shown in their place. */
    private static NodeStatusView statusOf(NodeView node, AdminClient client) {
        try {
            return new NodeStatusView(node, replacements(client).stream().filter(ReplacementView::isOpen)
                .filter(one -> one.oldNode().equals(node.name()) || one.newNode().equals(node.name())).toList(),
                Optional.empty());
        } catch (CommandFailure away) {
            return new NodeStatusView(node, List.of(), Optional.of(String.valueOf(away.getMessage())));
        }
    }

    @Command(name = "moves", description = "List replacements, the newest first.",
        footer = {"%nExamples:", "  trine node moves",
            "  trine node moves -o json | jq -r '.[0].blocked[] | .path + \": \" + .problem'"})
    void moves(@Mixin Session session) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            session.list(replacements(client), ReplacementView.COLUMNS);
        }
    }

    private static List<ReplacementView> replacements(AdminClient client) {
        return client.call(stub -> stub.listReplacements(ListReplacementsRequest.getDefaultInstance()))
            .getReplacementsList().stream().map(ReplacementView::of).toList();
    }

    @Command(name = "add", description = {"Register a git server that runs or will run.",
        "Its disk is registered when it first answers. It gets no repositories before it takes a node's place."},
        footer = {"%nExample:", "  trine node add n4 --zone z4 --address git4.example.org:7000"})
    void add(@Mixin Session session,
             @Option(names = "--zone", paramLabel = "ZONE", required = true, description = "Where it stands.")
             String zone,
             @Option(names = "--address", paramLabel = "HOST:PORT", required = true,
                 description = "Where routers and the other nodes reach it.") String address,
             @Parameters(paramLabel = "NAME", description = "Its name, as in its own configuration.") String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            AddNodeRequest request = AddNodeRequest.newBuilder().setName(name).setZone(zone).setAddress(address)
                .build();
            NodeView node = NodeView.of(client.call(stub -> stub.addNode(request)));
            session.done(node, "added " + name + ", which is " + node.state());
        }
    }

    @Command(name = "remove", description = {"Forget a git server that has no repositories any more.",
        "Take it out of the routers' configuration, too: what stands there is registered at their next start."},
        footer = {"%nExample:", "  trine node remove n3"})
    void remove(@Mixin Session session, @Parameters(paramLabel = "NAME", description = NODE_HELP) String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            RemoveNodeRequest request = RemoveNodeRequest.newBuilder().setName(name).build();
            client.call(stub -> stub.removeNode(request));
            session.done(Map.of("node", name), "removed " + name);
        }
    }

    @Command(name = "replace", description = {"Have NEW take the place of OLD in all its repositories.",
        "With the same name twice, a node whose disk was lost gets its repositories back on its new, empty disk.",
        "Pushes and clones go on all the time. The routers do the work: the command only shows it, and shows it again "
            + "when it is repeated. Exit code 3: all has moved but what cannot move at the moment."},
        footer = {"%nExamples:", "  trine node replace n3 n3", "  trine node replace n3 n4 --detach",
            "  trine node replace --cancel n3 n4"})
    int replace(@Mixin Session session,
                @Option(names = "--cancel", description = "Take it back: what has moved stays moved, the rest stays.")
                boolean cancel,
                @Option(names = {"-d", "--detach"}, description = "Do not wait until it is done.") boolean detach,
                @Parameters(index = "0", paramLabel = "OLD", description = "The node whose place is taken.") String old,
                @Parameters(index = "1", paramLabel = "NEW", description = "The node that takes it.") String by) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ReplacementView begun = ReplacementView.of(cancel ? cancelled(client, old, by) : begun(client, old, by));
            begun.warnings().forEach(warning -> session.err().println("trine: warning: " + warning));
            GetReplacementRequest request = GetReplacementRequest.newBuilder().setId(begun.id()).build();
            ReplacementView last = detach ? begun : new ReplacementWatch(() -> ReplacementView.of(client.call(
                stub -> stub.getReplacement(request))), session.err(), terminal, POLL).untilItEnds(begun);
            session.show(last, () -> new ReplacementEnd(last, cancel).print(session.out()));
            return new ReplacementEnd(last, cancel).exitCode(detach).number();
        }
    }

    private static Replacement begun(AdminClient client, String old, String by) {
        ReplaceNodeRequest request = ReplaceNodeRequest.newBuilder().setOldNode(old).setNewNode(by).build();
        return client.call(stub -> stub.replaceNode(request));
    }

    private static Replacement cancelled(AdminClient client, String old, String by) {
        CancelReplacementRequest request = CancelReplacementRequest.newBuilder().setOldNode(old).setNewNode(by)
            .build();
        return client.call(stub -> stub.cancelReplacement(request));
    }
}
