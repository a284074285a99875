package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.Security;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.hosting.PushSession.Received;
import dev.trine.server.repo.GitWork;
import dev.trine.server.repo.JGitRuntime;
import dev.trine.server.repo.JGitSettings;
import io.grpc.Channel;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.lib.NullProgressMonitor;

/** Three nodes in this process that reach each other over real gRPC, a repository on them, and someone who pushes. */
final class ReplicaCluster implements AutoCloseable {
    static final RepoId REPO = new RepoId("abcdef0123456789abcdef0123456789");
    private static final int REFUSALS_MAX = 20;
    private static final List<NodeId> NAMES = List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));

    private final Path dir;
    private final ReplicaSettings settings;
    private final Closer parts = new Closer();
    private final JGitRuntime jgit;
    private final Security security;
    private final RpcChannels channels;
    private final Map<NodeId, Map<NodeId, LateChannel>> links = new HashMap<>();
    private final Map<NodeId, ReplicaNode> nodes = new TreeMap<>();
    private final AtomicInteger pushes = new AtomicInteger();
    private final GitWork work;

    ReplicaCluster(Path dir) throws Exception {
        this(dir, ReplicaSettings.DEFAULT);
    }

    ReplicaCluster(Path dir, ReplicaSettings settings) throws Exception {
        this.dir = dir;
        this.settings = settings;
        jgit = parts.open(JGitRuntime.start(new JGitSettings(64L << 20, 2)));
        Path secret = Files.writeString(dir.resolve("secret"), "0123456789abcdef0123456789abcdef\n");
        security = new Security(Optional.of(secret), Optional.empty());
        channels = parts.open(new RpcChannels(security));
        NAMES.forEach(from -> {
            Map<NodeId, LateChannel> own = new HashMap<>();
            NAMES.stream().filter(to -> !to.equals(from)).forEach(to -> own.put(to, new LateChannel()));
            links.put(from, own);
        });
        for (NodeId name : NAMES) {
            start(name.value());
        }
        nodes.values().forEach(node -> node.create(REPO, members()));
        work = GitWork.init(dir.resolve("work"));
    }

    /** The three disks. */
    List<Member> members() {
        return nodes.values().stream().map(ReplicaNode::member).toList();
    }

    GitWork work() {
        return work;
    }

    ReplicaNode node(String name) {
        return nodes.get(new NodeId(name));
    }

    void start(String name) throws Exception {
        NodeId id = new NodeId(name);
        nodes.keySet().forEach(to -> connect(name, to.value())); // it asks them at once
        nodes.put(id, node(id));
        join();
    }

    /** Starts a node that was cut off before it ended, and still is. */
    void startIsolated(String name) throws Exception {
        NodeId id = new NodeId(name);
        nodes.put(id, node(id));
    }

    private ReplicaNode node(NodeId id) throws Exception {
        return new ReplicaNode(id, dir, jgit, security, Map.copyOf(links.get(id)), settings);
    }

    /** Cuts a node off, then ends it: it gives no lock back. */
    void kill(String name) throws Exception {
        NodeId id = new NodeId(name);
        isolate(name);
        nodes.remove(id).close();
    }

    /** Cuts a node off; it goes on alone. */
    void isolate(String name) {
        NodeId id = new NodeId(name);
        linksTo(id).forEach(LateChannel::cut);
        links.get(id).values().forEach(LateChannel::cut);
    }

    /** Whatever is sent to a node from now on is never answered; what it sends is. */
    void hang(String name) {
        linksTo(new NodeId(name)).forEach(LateChannel::hang);
    }

    /** Whatever one node sends to another from now on is never answered. */
    void hang(String from, String to) {
        connect(from, to);
        links.get(new NodeId(from)).get(new NodeId(to)).hang();
    }

    /** Connects one node to another, in this direction. */
    void connect(String from, String to) {
        links.get(new NodeId(from)).get(new NodeId(to)).leadTo(channelTo(to));
    }

    /** A channel to a node, for whoever is no node. */
    Channel channelTo(String name) {
        return channels.to(new HostPort("127.0.0.1", node(name).port()));
    }

    /** Connects all running nodes. */
    void join() {
        nodes.forEach((from, node) -> links.get(from).forEach((to, link) -> {
            if (nodes.containsKey(to)) {
                link.leadTo(channels.to(new HostPort("127.0.0.1", nodes.get(to).port())));
            }
        }));
    }

    private List<LateChannel> linksTo(NodeId id) {
        return links.entrySet().stream().filter(from -> !from.getKey().equals(id))
            .map(from -> from.getValue().get(id)).toList();
    }

    /** Commits something and pushes it to a branch through a node, which must succeed; returns the commit. */
    ObjectName push(String node, String branch) throws Exception {
        ObjectName commit = commit();
        push(node, branch, commit);
        return commit;
    }

    /**
     * Pushes a commit, which must succeed. A node that stood still for seconds refuses a push with nothing changed:
     * then it is pushed again, as whoever pushes is told to.
     */
    PushOutcome.Committed push(String node, String branch, ObjectName commit) throws Exception {
        return push(node, REPO, branch, commit);
    }

    PushOutcome.Committed push(String node, RepoId repo, String branch, ObjectName commit) throws Exception {
        PushOutcome outcome = unlessRefused(() -> tryPush(node, repo, branch, commit));
        assertThat(outcome).isInstanceOf(PushOutcome.Committed.class);
        return (PushOutcome.Committed) outcome;
    }

    /** Commits a push, again if it was refused, which changes nothing. */
    static PushOutcome commit(PushSession push, List<RefUpdate> updates) throws Exception {
        return unlessRefused(() -> push.commit(updates));
    }

    private static PushOutcome unlessRefused(Callable<PushOutcome> attempt) throws Exception {
        PushOutcome outcome = attempt.call();
        for (int refusals = 1; outcome instanceof PushOutcome.Refused && refusals < REFUSALS_MAX; refusals++) {
            outcome = attempt.call();
        }
        return outcome;
    }

    /** Commits something new on top of what is there. */
    ObjectName commit() {
        int number = pushes.incrementAndGet();
        return work.write("file" + number % 7, "content " + number + "\n").commit("commit " + number);
    }

    /** Pushes a commit over whatever the node shows. */
    PushOutcome tryPush(String node, String branch, ObjectName commit) throws Exception {
        return tryPush(node, REPO, branch, commit);
    }

    PushOutcome tryPush(String node, RepoId repo, String branch, ObjectName commit) throws Exception {
        try (PushSession push = open(node, repo)) {
            RefName name = new RefName("refs/heads/" + branch);
            Optional<RefValue> old = push.view().refs().get(name);
            List<String> have = old.map(value -> List.of(((RefValue.Direct) value).id().hex())).orElse(List.of());
            byte[] pack = work.pack(List.of(commit.hex()), have);
            Received received = push.receive(new ByteArrayInputStream(pack), Set.of(commit),
                NullProgressMonitor.INSTANCE);
            assertThat(received).isEqualTo(new Received.Complete());
            return push.commit(List.of(new RefUpdate(name, old, Optional.of(new RefValue.Direct(commit)))));
        }
    }

    PushSession open(String node) {
        return open(node, REPO);
    }

    private PushSession open(String node, RepoId repo) {
        return switch (node(node).replicas().hosting().openPush(repo, new ReadPoint.StaleAllowed(1, Position.START),
            pushId(), "alice")) {
            case Opened.Ready<PushSession> ready -> ready.value();
            case Opened.Refused<PushSession> refused -> throw new AssertionError(refused.why().toString());
        };
    }

    PushId pushId() {
        return new PushId("%032x".formatted(pushes.incrementAndGet()));
    }

    /** The identity of the push that was opened last, if nothing was committed since. */
    PushId lastPushId() {
        return new PushId("%032x".formatted(pushes.get()));
    }

    /** Waits until all running nodes show that branch at that commit, and equal refs. */
    void awaitLevel(String branch, ObjectName commit, Duration max) {
        await().atMost(max).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            Map<String, String> first = nodes.values().iterator().next().refs(REPO);
            assertThat(first).containsEntry("refs/heads/" + branch, commit.hex());
            assertThat(nodes.values()).extracting(node -> node.refs(REPO)).containsOnly(first);
        });
    }

    /** The node whose own session holds the lock. */
    String holder() {
        return nodes.entrySet().stream()
            .filter(node -> node.getValue().replicas().probe(REPO).orElseThrow().holderReady())
            .map(node -> node.getKey().value()).findFirst().orElseThrow();
    }

    @Override
    public void close() throws Exception {
        for (ReplicaNode node : nodes.values()) {
            node.close();
        }
        parts.close();
    }
}
