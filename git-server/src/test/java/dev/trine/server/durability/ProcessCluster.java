package dev.trine.server.durability;

import dev.trine.common.config.ConfigFile;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.model.RepoId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.Security;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CreateReplicaRequest;
import dev.trine.proto.DescribeReplicaRequest;
import dev.trine.proto.Endpoint;
import dev.trine.proto.LearnRequest;
import dev.trine.proto.Member;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.NodeStatusRequest;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.RouteReply;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.RouterGrpc;
import dev.trine.proto.SealRequest;
import dev.trine.server.Gate;
import dev.trine.server.GitFront;
import dev.trine.server.GitServer;
import dev.trine.server.GitServerConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Three nodes, of which n1 is a process of its own that can be killed; requests go to the node that the test names. */
final class ProcessCluster implements AutoCloseable {
    static final String VICTIM = "n1";
    private static final List<String> NAMES = List.of(VICTIM, "n2", "n3");
    private static final Pattern PORT = Pattern.compile("port=\"(\\d+)\".* serving");
    private static final int START_SECONDS_MAX = 120;

    private final Path dir;
    private final Path data;
    private final NodeStart start;
    private final Closer parts = new Closer();
    private final RpcChannels channels;
    private final Map<String, Gate> gates = new TreeMap<>();
    private final Map<String, Member> members = new TreeMap<>();
    private final GitFront front;
    private volatile String routed = VICTIM;
    private Optional<Process> victim = Optional.empty();
    private int starts;

    private ProcessCluster(Path dir, Path data, NodeStart start) throws Exception {
        this.dir = dir;
        this.data = data;
        this.start = start;
        Path secret = Files.writeString(dir.resolve("secret"), "0123456789abcdef0123456789abcdef\n");
        Security security = new Security(Optional.of(secret), Optional.empty());
        this.channels = parts.open(new RpcChannels(security));
        for (String name : NAMES) {
            gates.put(name, parts.open(new Gate()));
        }
        this.front = parts.open(new GitFront(new AsTold(), security));
    }

    /**
     * Starts n2 and n3 in this process.
     *
     * @param data  n1's data directory
     * @param start how n1 is started
     */
    static ProcessCluster start(Path dir, Path data, NodeStart start) throws Exception {
        ProcessCluster cluster = new ProcessCluster(dir, data, start);
        for (String name : List.of("n2", "n3")) {
            GitServer server = cluster.parts.open(GitServer.start(
                ConfigFile.load(cluster.config(name), GitServerConfig.class), (fact, cause) -> {
                    throw new AssertionError(fact, cause);
                }));
            cluster.gates.get(name).leadTo(server.port());
            cluster.members.put(name, Wire.toProto(server.self()));
        }
        return cluster;
    }

    private Path config(String name) throws IOException {
        String peers = NAMES.stream().map(peer -> "  " + peer + ": '" + gates.get(peer).address() + "'\n")
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
            """.formatted(name, name.substring(1), dir.resolve("secret"),
            name.equals(VICTIM) ? data : dir.resolve(name)) + peers);
    }

    /** Starts n1's process and waits until it serves; false: it ended before that, as it was told to. */
    boolean startVictim(String main, Map<String, String> environment, String... jvm) throws Exception {
        Path log = dir.resolve("n1-" + ++starts + ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(start.options());
        command.addAll(List.of(jvm));
        command.addAll(List.of("-cp", start.classPath(), main, "--config", config(VICTIM).toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        victim = Optional.of(process);
        int port = Awaitility.await().atMost(START_SECONDS_MAX, TimeUnit.SECONDS).until(() -> {
            boolean alive = process.isAlive();
            Matcher serving = PORT.matcher(Files.readString(log));
            return serving.find() ? Integer.parseInt(serving.group(1)) : alive ? 0 : -1;
        }, found -> found != 0);
        if (port < 0) {
            return false;
        }
        gates.get(VICTIM).leadTo(port);
        try {
            members.put(VICTIM, control(VICTIM).withDeadlineAfter(START_SECONDS_MAX, TimeUnit.SECONDS)
                .status(NodeStatusRequest.getDefaultInstance()).getMember());
        } catch (StatusRuntimeException e) {
            if (process.isAlive()) {
                throw e;
            }
            return false;
        }
        return true;
    }

    /** What n1's last process has printed. */
    String victimLog() throws IOException {
        return Files.readString(dir.resolve("n1-" + starts + ".log"));
    }

    /** Ends n1's process, as an operator does or as a kill -9 does, and waits for that. */
    void stopVictim(boolean kill) throws InterruptedException {
        Process process = victim.orElseThrow();
        if (kill) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        awaitVictimEnd();
    }

    /** Waits for the end of n1's process; returns its exit status. */
    int awaitVictimEnd() throws InterruptedException {
        Process process = victim.orElseThrow();
        if (!process.waitFor(START_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new AssertionError("n1's process does not end");
        }
        gates.get(VICTIM).shut();
        return process.exitValue();
    }

    boolean victimIsAlive() {
        return victim.filter(Process::isAlive).isPresent();
    }

    /** From now on n1 cannot be reached; what it sends still arrives. */
    void cutVictimOff() {
        gates.get(VICTIM).shut();
    }

    /** From now on git's requests go to that node. */
    void routeTo(String node) {
        routed = node;
    }

    /** Where git's requests go. */
    String routed() {
        return routed;
    }

    String url(RepoId repo) {
        return front.url(repo);
    }

    NodeControlGrpc.NodeControlBlockingStub control(String name) {
        return NodeControlGrpc.newBlockingStub(channels.to(gates.get(name).address())).withWaitForReady();
    }

    ReplicaDescription describe(String name, RepoId repo) {
        return control(name).withDeadlineAfter(START_SECONDS_MAX, TimeUnit.SECONDS)
            .describeReplica(DescribeReplicaRequest.newBuilder().setRepoId(repo.value()).build());
    }

    void create(RepoId repo) {
        for (String name : NAMES) {
            create(repo, name);
        }
    }

    void create(RepoId repo, String name) {
        control(name).withDeadlineAfter(START_SECONDS_MAX, TimeUnit.SECONDS).createReplica(
            CreateReplicaRequest.newBuilder().setRepoId(repo.value()).setDefaultBranch("refs/heads/main")
                .setTarget(members.get(name)).addAllMembers(members.values()).build());
    }

    /** Creates a repository of which n1 is no member; the third one is never there. */
    void createWithout(RepoId repo) {
        for (String name : List.of("n2", "n3")) {
            control(name).createReplica(CreateReplicaRequest.newBuilder().setRepoId(repo.value())
                .setDefaultBranch("refs/heads/main").setTarget(members.get(name)).addAllMembers(strangers()).build());
        }
    }

    private List<Member> strangers() {
        return List.of(members.get("n2"), members.get("n3"),
            Member.newBuilder().setNode("n4").setIncarnation("4".repeat(32)).build());
    }

    /** Has n1 learn it. */
    void learn(RepoId repo) {
        control(VICTIM).withDeadlineAfter(START_SECONDS_MAX, TimeUnit.SECONDS).learn(LearnRequest.newBuilder()
            .setRepoId(repo.value()).setGeneration(1).addAllMembers(strangers()).setTarget(members.get(VICTIM))
            .build());
    }

    /** Makes n1 a member of it in the place of the one that is never there. */
    void join(RepoId repo) {
        control("n2").withDeadlineAfter(START_SECONDS_MAX, TimeUnit.SECONDS).seal(SealRequest.newBuilder()
            .setRepoId(repo.value()).setGeneration(1).addAllNextMembers(members.values()).build());
    }

    /** Replaces n1 by a node that is never there. */
    void replaceVictim(RepoId repo) {
        control("n2").withDeadlineAfter(START_SECONDS_MAX, TimeUnit.SECONDS).seal(SealRequest.newBuilder()
            .setRepoId(repo.value()).setGeneration(1).addAllNextMembers(strangers()).build());
    }

    void delete(RepoId repo, String through) {
        control(through).withDeadlineAfter(START_SECONDS_MAX, TimeUnit.SECONDS)
            .seal(SealRequest.newBuilder().setRepoId(repo.value()).setGeneration(1).build());
    }

    /** Whether all nodes have committed the same, with equal refs. */
    boolean areLevel(RepoId repo) {
        List<ReplicaDescription> all = NAMES.stream().map(name -> describe(name, repo)).toList();
        return all.stream().map(each -> List.of(each.getRole(), each.getCommitted(), each.getDigest())).distinct()
            .count() == 1;
    }

    @Override
    public void close() throws Exception {
        if (victimIsAlive()) {
            stopVictim(true);
        }
        parts.close();
    }

    /** Sends everything to the node that the test named. */
    private final class AsTold extends RouterGrpc.RouterImplBase {
        @Override
        public void route(RouteRequest request, StreamObserver<RouteReply> reply) {
            String node = routed;
            if (request.getAvoidList().contains(node)) {
                reply.onError(Status.UNAVAILABLE.withDescription("no node is left").asRuntimeException());
                return;
            }
            HostPort address = gates.get(node).address();
            ReplicaDescription replica = describe(node, new RepoId(request.getPath()));
            reply.onNext(RouteReply.newBuilder().setRepoId(request.getPath()).setPath(request.getPath())
                .setNode(Endpoint.newBuilder().setNode(node).setAddress(address.toString()))
                .setReadPoint(ReadPoint.newBuilder().setGeneration(replica.getGeneration())
                    .setMode(ReadPoint.Mode.COMMITTED).setMinimum(replica.getCommitted())).build());
            reply.onCompleted();
        }
    }
}
