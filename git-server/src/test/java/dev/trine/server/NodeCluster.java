package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.audit.AuditEvent;
import dev.trine.common.config.ConfigFile;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.model.Member;
import dev.trine.common.model.RepoId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.Security;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CreateReplicaRequest;
import dev.trine.proto.DescribeReplicaRequest;
import dev.trine.proto.Endpoint;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.RefsGrpc;
import dev.trine.proto.RepairReply;
import dev.trine.proto.RepairRequest;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.RouteReply;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.RouterGrpc;
import dev.trine.proto.SealRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Three real nodes in this process, a front door, and a router that knows only who has committed most. A fourth
 * node, n4, is known to the others and has to be started.
 */
final class NodeCluster implements AutoCloseable {
    /** Known to the others, a member of nothing, and not started. */
    static final String SPARE = "n4";
    private static final int ATTEMPTS_MAX = 10;
    private static final List<String> NAMES = List.of("n1", "n2", "n3");
    private static final List<String> KNOWN = List.of("n1", "n2", "n3", SPARE);

    private final Path dir;
    private final Closer parts = new Closer();
    private final Security security;
    private final RpcChannels channels;
    private final Map<String, Gate> gates = new TreeMap<>();
    private final Map<String, GitServer> running = new ConcurrentSkipListMap<>();
    private final Map<String, Member> members = new TreeMap<>();
    private final GitFront front;

    private NodeCluster(Path dir) throws Exception {
        this.dir = dir;
        Path secret = Files.writeString(dir.resolve("secret"), "0123456789abcdef0123456789abcdef\n");
        this.security = new Security(Optional.of(secret), Optional.empty());
        this.channels = parts.open(new RpcChannels(security));
        for (String name : KNOWN) {
            gates.put(name, parts.open(new Gate()));
        }
        this.front = parts.open(new GitFront(new MostCommitted(), security));
    }

    static NodeCluster start(Path dir) throws Exception {
        NodeCluster cluster = new NodeCluster(dir);
        for (String name : NAMES) {
            cluster.start(name);
        }
        return cluster;
    }

    /** A node's configuration with some more. */
    Path configFile(String name, String more) throws Exception {
        String peers = KNOWN.stream().map(peer -> "  " + peer + ": '" + gates.get(peer).address() + "'\n")
            .collect(Collectors.joining());
        return Files.writeString(dir.resolve(name + ".yaml"), """
            node: %s
            zone: z%s
            listen: 127.0.0.1:0
            security:
              secret-file: %s
            drain: 2s
            data:
              dir: %s
              disk-free-min: 1m
              cache: 8m
            peers:
            """.formatted(name, name.substring(1), dir.resolve("secret"), dir.resolve(name)) + peers + more);
    }

    /** A node that is a process of its own is at that port now. */
    void leadTo(String name, int port) {
        gates.get(name).leadTo(port);
    }

    void start(String name) throws Exception {
        start(name, "");
    }

    /** Starts a node with some more in its configuration. */
    void start(String name, String more) throws Exception {
        GitServerConfig config = ConfigFile.load(configFile(name, more), GitServerConfig.class);
        GitServer server = GitServer.start(config, (fact, cause) -> {
            throw new AssertionError(fact, cause);
        });
        running.put(name, server);
        members.put(name, server.self());
        gates.get(name).leadTo(server.port());
    }

    void stop(String name) throws Exception {
        running.remove(name).close();
        gates.get(name).shut();
    }

    /** A running node loses its disk, and is started again with an empty one. */
    void wipe(String name) throws Exception {
        stop(name);
        try (Stream<Path> tree = Files.walk(dir.resolve(name))) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        start(name);
    }

    /** Creates an empty repository on all nodes. */
    RepoId createRepository() {
        RepoId repo = new RepoId("00112233445566778899aabbccddeeff");
        for (String name : NAMES) {
            control(name).createReplica(CreateReplicaRequest.newBuilder().setRepoId(repo.value())
                .setDefaultBranch("refs/heads/main").setTarget(Wire.toProto(members.get(name)))
                .addAllMembers(members().stream().map(Wire::toProto).toList()).build());
        }
        return repo;
    }

    /** The disks of the first three nodes. */
    List<Member> members() {
        return NAMES.stream().map(members::get).toList();
    }

    /** The disk of a node that was started once. */
    Member member(String name) {
        return members.get(name);
    }

    NodeControlGrpc.NodeControlBlockingStub control(String name) {
        return NodeControlGrpc.newBlockingStub(channels.to(gates.get(name).address())).withWaitForReady();
    }

    RefsGrpc.RefsBlockingStub refs(String name) {
        return RefsGrpc.newBlockingStub(channels.to(gates.get(name).address())).withWaitForReady();
    }

    /** Ends a generation; again if nobody could tell whether it has ended, which it may have. */
    void seal(String name, SealRequest request) {
        for (int attempt = 1;; attempt++) {
            try {
                control(name).seal(request);
                return;
            } catch (StatusRuntimeException e) {
                if (attempt > 1 && e.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) {
                    return;
                }
                throwUnlessAgain(e, attempt);
            }
        }
    }

    /** Repairs a repository; again if the nodes stood still for so long that they counted as away. */
    RepairReply repair(String name, RepairRequest request) {
        for (int attempt = 1;; attempt++) {
            try {
                return control(name).repair(request);
            } catch (StatusRuntimeException e) {
                throwUnlessAgain(e, attempt);
            }
        }
    }

    private static void throwUnlessAgain(StatusRuntimeException e, int attempt) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || attempt == ATTEMPTS_MAX) {
            throw e;
        }
    }

    ReplicaDescription describe(String name, RepoId repo) {
        return control(name).describeReplica(DescribeReplicaRequest.newBuilder().setRepoId(repo.value()).build());
    }

    List<String> running() {
        return List.copyOf(running.keySet());
    }

    /** The node that has the repository's write lock; empty: it was used so long ago that nobody has it any more. */
    Optional<String> lockHolder(RepoId repo) {
        return running().stream().map(name -> describe(name, repo)).filter(ReplicaDescription::hasLeaseHolder)
            .map(replica -> replica.getLeaseHolder().getNode()).findFirst();
    }

    /** The packs on a node's disk. */
    List<Path> packs(String node) throws IOException {
        while (true) {
            try (Stream<Path> files = Files.walk(dir.resolve(node).resolve("objects"))) {
                return files.filter(file -> file.toString().endsWith(".pack")).toList();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                } // a file was removed while it was looked at
            }
        }
    }

    String url(RepoId repo) {
        return front.url(repo);
    }

    /** What the audit of the front door was told. */
    List<AuditEvent> told() {
        return front.told();
    }

    /** Whether all nodes are at that version with equal refs. */
    void assertEqualAt(RepoId repo, long version) {
        List<ReplicaDescription> all = NAMES.stream().map(name -> describe(name, repo)).toList();
        assertThat(all).extracting(replica -> replica.getCommitted().getVersion()).containsOnly(version);
        assertThat(all).extracting(ReplicaDescription::getDigest).containsOnly(all.getFirst().getDigest());
    }

    @Override
    public void close() throws Exception {
        for (String name : List.copyOf(running.keySet())) {
            stop(name);
        }
        parts.close();
    }

    /** Sends everything to the node that has committed most: all acknowledged pushes are there. */
    private final class MostCommitted extends RouterGrpc.RouterImplBase {
        @Override
        public void route(RouteRequest request, StreamObserver<RouteReply> reply) {
            RepoId repo = new RepoId(request.getPath());
            List<String> candidates = new ArrayList<>(running.keySet());
            candidates.removeAll(request.getAvoidList());
            Map<String, ReplicaDescription> known = candidates.stream()
                .collect(Collectors.toMap(name -> name, name -> describe(name, repo)));
            String best = known.keySet().stream().sorted()
                .max(Comparator.comparingLong(name -> known.get(name).getCommitted().getVersion()))
                .orElseThrow(() -> Status.UNAVAILABLE.withDescription("no node is left").asRuntimeException());
            HostPort address = gates.get(best).address();
            reply.onNext(RouteReply.newBuilder().setRepoId(repo.value()).setPath(repo.value())
                .setNode(Endpoint.newBuilder().setNode(best).setAddress(address.toString()))
                .setReadPoint(ReadPoint.newBuilder().setGeneration(1).setMode(ReadPoint.Mode.COMMITTED)
                    .setMinimum(known.get(best).getCommitted())).build());
            reply.onCompleted();
        }
    }
}
