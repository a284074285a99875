package dev.trine.router.nodes;

import dev.trine.common.live.LiveValues;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.wire.Introduction;
import dev.trine.proto.IntroduceReply;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.TuneReply;
import dev.trine.router.directory.ClusterMap;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Node;
import dev.trine.router.nodes.NodeView.State;
import dev.trine.router.routing.Standing;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes with what their heartbeats show. Heartbeats carry load, identity and the all-clear; that a node fails is
 * noticed from real requests. A node's disk is registered when it first answers. Any thread.
 */
public final class Nodes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Nodes.class);

    private final Directory directory;
    private final Metadata metadata;
    private final NodeCalls calls;
    private final String zone;
    private final Duration deadline;
    private final Supplier<LiveValues> live;
    private final Map<NodeId, NodeView> views = new ConcurrentHashMap<>();
    private final ExecutorService beats = Executors.newVirtualThreadPerTaskExecutor();
    private volatile ClusterMap cluster;

    /**
     * Makes the registry with what the directory knows now; {@link #start} begins the heartbeats.
     *
     * @param zone     where this router stands; empty: nowhere
     * @param deadline for a node's answer to a heartbeat, and to what it is told with one
     * @param live     what is set live, which nodes are told
     */
    public Nodes(Directory directory, Metadata metadata, NodeCalls calls, String zone, Duration deadline,
                 Supplier<LiveValues> live) {
        this.deadline = deadline;
        this.live = live;
        this.directory = directory;
        this.metadata = metadata;
        this.calls = calls;
        this.zone = zone;
        this.cluster = directory.cluster().value();
    }

    /** Begins the heartbeats, so often. */
    public void start(Duration interval) {
        beats.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    beatAll();
                } catch (RuntimeException e) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("the router is stopping");
                    }
                    log.atError().setCause(e).log("heartbeats failed once");
                }
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
            }
            return null;
        });
    }

    /** One heartbeat of every node, all at once; returns when all have answered or are known not to. */
    public void beatAll() throws InterruptedException {
        try {
            cluster = directory.cluster().value();
        } catch (MetadataAwayException away) {
            log.atDebug().log("nodes are kept as they were, the metadata database is away");
        }
        try (ExecutorService round = Executors.newVirtualThreadPerTaskExecutor()) {
            cluster.nodes().forEach(node -> round.submit(() -> beat(node)));
        }
        views.keySet().removeIf(id -> node(id).isEmpty());
    }

    private void beat(Node node) {
        NodeView now = switch (calls.status(node.id(), node.address(), deadline)) {
            case Reply.Done<NodeStatusReply> done -> answered(node, done.value());
            case Reply.Failed<NodeStatusReply> failed ->
                new NodeView(node, State.DOWN, Optional.empty(), failed.text());
        };
        if (Thread.currentThread().isInterrupted()) {
            return; // the router is stopping
        }
        NodeView before = views.put(node.id(), now);
        if (before == null || before.state() != now.state()) {
            log.atInfo().addKeyValue("node", node.id()).addKeyValue("state", now.state())
                .addKeyValue("problem", now.problem()).log("node state");
        }
    }

    private NodeView answered(Node node, NodeStatusReply said) {
        Member answering;
        try {
            answering = NodeCalls.memberOf(said);
        } catch (IllegalArgumentException malformed) {
            return new NodeView(node, State.FOREIGN, Optional.empty(), malformed.getMessage());
        }
        if (!answering.node().equals(node.id())) {
            return new NodeView(node, State.FOREIGN, Optional.of(said), "node " + answering.node()
                + " answers at the address of " + node.id());
        }
        introduce(node, said);
        NodeStatusReply status = tuned(node, said);
        if (node.incarnation().isEmpty()) {
            register(node, answering);
            return new NodeView(node, State.UP, Optional.of(status), "");
        }
        return answering.incarnation().equals(node.incarnation().get())
            ? new NodeView(node, State.UP, Optional.of(status), "")
            : new NodeView(node, State.WIPED, Optional.of(status), "it answers with disk "
                + answering.incarnation() + ", registered is " + node.incarnation().get());
    }

    /** Nodes find each other through routers; one that does not know where all are, as after a start, is told. */
    private void introduce(Node node, NodeStatusReply status) {
        Map<NodeId, String> all = cluster.nodes().stream().collect(Collectors.toMap(Node::id, Node::address));
        if (!status.getIntroduced().equals(Introduction.digest(all))
            && calls.introduce(node.id(), node.address(), all, deadline)
                instanceof Reply.Failed<IntroduceReply> failed) {
            log.atDebug().addKeyValue("node", node.id()).addKeyValue("problem", failed.text())
                .log("node is told of the others with its next heartbeat");
        }
    }

    /** A node that has older values, or none since it started, is told; one of an older version has nothing to say. */
    private NodeStatusReply tuned(Node node, NodeStatusReply status) {
        LiveValues now = live.get();
        if (!status.hasLive() || status.getLive().getStampMs() >= now.stamp()) {
            return status;
        }
        return switch (calls.tune(node.id(), node.address(), now, deadline)) {
            case Reply.Done<TuneReply> done -> status.toBuilder().setLive(
                status.getLive().toBuilder().setStampMs(done.value().getStampMs())).build();
            case Reply.Failed<TuneReply> failed -> {
                log.atDebug().addKeyValue("node", node.id()).addKeyValue("problem", failed.text())
                    .log("node is told of live settings with its next heartbeat");
                yield status;
            }
        };
    }

    private void register(Node node, Member disk) {
        try {
            metadata.cluster().pin(node.id(), disk.incarnation());
            cluster = directory.cluster().value();
            log.atInfo().addKeyValue("node", node.id()).addKeyValue("disk", disk).log("node registered");
        } catch (MetadataAwayException away) {
            log.atDebug().addKeyValue("node", node.id()).log("node is registered when the metadata database is back");
        }
    }

    /** Nodes and shards as last known. */
    public ClusterMap cluster() {
        return cluster;
    }

    public Optional<Node> node(NodeId id) {
        return cluster.nodes().stream().filter(node -> node.id().equals(id)).findFirst();
    }

    /** "host:port" of the node's gRPC service. */
    public Optional<String> address(NodeId id) {
        return node(id).map(Node::address);
    }

    /** All nodes with what their last heartbeat showed, in order of name. */
    public SortedMap<NodeId, NodeView> views() {
        SortedMap<NodeId, NodeView> all = new TreeMap<>();
        cluster.nodes().forEach(node -> all.put(node.id(), views.getOrDefault(node.id(),
            new NodeView(node, State.DOWN, Optional.empty(), "no heartbeat yet"))));
        return all;
    }

    /** How a node fares, for choosing among nodes that may serve. */
    public Standing standing(NodeId id) {
        Optional<NodeView> view = Optional.ofNullable(views.get(id));
        boolean near = !zone.isEmpty() && node(id).filter(node -> node.zone().equals(zone)).isPresent();
        int load = view.flatMap(NodeView::status).map(NodeStatusReply::getActiveRequests).orElse(0);
        return new Standing(isDemoted(id), near, load);
    }

    /** Whether nobody should wait for that node. */
    public boolean isDemoted(NodeId id) {
        return calls.detector().isDemoted(id);
    }

    /** A proxy reports that a node just failed it. */
    public void reportFailure(NodeId id) {
        calls.detector().failed(id, "a proxy says that it failed");
    }

    @Override
    public void close() {
        beats.shutdownNow();
    }
}
