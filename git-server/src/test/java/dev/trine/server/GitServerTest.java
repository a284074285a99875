package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ConfigFile;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.live.LiveValues;
import dev.trine.common.model.Member;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.Security;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CreateReplicaRequest;
import dev.trine.proto.DescribeReplicaRequest;
import dev.trine.proto.GitOpen;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitTransportGrpc;
import dev.trine.proto.LiveValue;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.NodeStatusRequest;
import dev.trine.proto.PeerMessage;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.RepairRequest;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.ReplicationGrpc;
import dev.trine.proto.Role;
import dev.trine.proto.TuneRequest;
import dev.trine.server.store.FatalHandler;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One git server: who may call it, what stops its start, what it leaves behind. */
class GitServerTest {
    private static final FatalHandler NEVER = (fact, cause) -> {
        throw new AssertionError(fact, cause);
    };
    private static final String REPO = "00112233445566778899aabbccddeeff";

    @TempDir
    private Path dir;

    private Path secret(String name, String secret) throws IOException {
        return Files.writeString(dir.resolve(name), secret + "\n");
    }

    private GitServerConfig config(String node, String listen, String more) throws Exception {
        return ConfigFile.load(Files.writeString(dir.resolve(node + ".yaml"), """
            node: %s
            zone: z1
            listen: '%s'
            security:
              secret-file: %s
            drain: 1s
            data:
              dir: %s
              cache: 8m
            """.formatted(node, listen, secret("secret", "0123456789abcdef0123456789abcdef"), dir.resolve("data"))
            + more), GitServerConfig.class);
    }

    private GitServer start() throws Exception {
        return GitServer.start(config("n1", "127.0.0.1:0", "  disk-free-min: 1m\n"), NEVER);
    }

    private static void assertSentence(ThrowingCallable start, String... parts) {
        assertThatThrownBy(start).isInstanceOf(StartException.class).hasMessageContainingAll(parts)
            .message().doesNotContain("\n");
    }

    @Test
    void aCallerWithoutTheSecretIsRefusedByEveryService() throws Exception {
        try (GitServer server = start();
             RpcChannels strangers = new RpcChannels(new Security(
                 Optional.of(secret("wrong", "fedcba9876543210fedcba9876543210")), Optional.empty()))) {
            var channel = strangers.to(new HostPort("127.0.0.1", server.port()));
            var control = NodeControlGrpc.newBlockingStub(channel);
            assertUnauthenticated(() -> control.status(NodeStatusRequest.getDefaultInstance()));
            var replication = ReplicationGrpc.newBlockingStub(channel);
            assertUnauthenticated(() -> replication.deliver(PeerMessage.getDefaultInstance()));
            var git = GitTransportGrpc.newBlockingV2Stub(channel);
            assertThatThrownBy(() -> git.uploadPack().read()).hasMessageContaining("UNAUTHENTICATED");
            assertThatThrownBy(() -> git.receivePack().read()).hasMessageContaining("UNAUTHENTICATED");
        }
    }

    private static void assertUnauthenticated(ThrowingCallable call) {
        assertStatus(call, Status.Code.UNAUTHENTICATED);
    }

    private static void assertStatus(ThrowingCallable call, Status.Code code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class,
            refused -> assertThat(refused.getStatus().getCode()).as(refused.getMessage()).isEqualTo(code));
    }

    @Test
    void aNodeTakesLiveSettingsThatAreNewerAndTellsWhatItHasAndIsConfiguredTo() throws Exception {
        try (GitServer server = start(); RpcChannels channels = members()) {
            var control = control(channels, server);
            NodeStatusReply before = control.status(NodeStatusRequest.getDefaultInstance());
            assertThat(before.getLive().getStampMs()).isZero();
            assertThat(before.getLive().getConfiguredList()).contains(
                LiveValue.newBuilder().setName("clients.calls-max").setValue("1024").build(),
                LiveValue.newBuilder().setName("work.wait-max").setValue("5m").build()).hasSize(12);
            LiveValues closed = new LiveValues(7, Map.of("clients.anonymous-calls-max", "0"));
            TuneRequest.Builder tune = TuneRequest.newBuilder().setTarget("n1").setValues(closed.toProto());
            assertThat(anonymous(channels, server)).doesNotContain("clients.anonymous-calls-max");
            assertThat(control.tune(tune.build()).getStampMs()).isEqualTo(7);
            assertThat(anonymous(channels, server)).contains("clients.anonymous-calls-max");
            assertThat(control.tune(tune.setValues(new LiveValues(6, Map.of()).toProto()).build()).getStampMs())
                .isEqualTo(7);
            assertThat(anonymous(channels, server)).contains("clients.anonymous-calls-max");
            control.tune(tune.setValues(new LiveValues(8, Map.of()).toProto()).build());
            assertThat(anonymous(channels, server)).doesNotContain("clients.anonymous-calls-max");
            assertStatus(() -> control.tune(tune.setTarget("n2").build()), Status.Code.FAILED_PRECONDITION);
            assertThat(control.status(NodeStatusRequest.getDefaultInstance()).getLive().getStampMs()).isEqualTo(8);
        }
    }

    /** What somebody is told who did not sign in. */
    private static String anonymous(RpcChannels channels, GitServer server) throws Exception {
        var call = GitTransportGrpc.newBlockingV2Stub(channels.to(new HostPort("127.0.0.1", server.port())))
            .uploadPack();
        call.write(GitRequest.newBuilder().setOpen(GitOpen.newBuilder().setRepoId(REPO)
            .setFraming(GitOpen.Framing.ADVERTISE).setReadPoint(
                ReadPoint.newBuilder().setGeneration(1).setMode(ReadPoint.Mode.COMMITTED))).build());
        try {
            return call.read().toString();
        } catch (StatusException e) {
            return e.getMessage();
        }
    }

    @Test
    void aNodeTellsWhoItIsAndWhatItHolds() throws Exception {
        try (GitServer server = start(); RpcChannels channels = members()) {
            var control = control(channels, server);
            NodeStatusReply status = control.status(NodeStatusRequest.getDefaultInstance());
            assertThat(Wire.fromProto(status.getMember())).isEqualTo(server.self());
            assertThat(status.getZone()).isEqualTo("z1");
            assertThat(status.getFreeBytes()).isPositive();
            assertThat(status.getRepositories()).isZero();
            assertThat(status.getSoftwareVersion()).matches("[0-9]+\\.[0-9]+.*");
            assertThat(describe(control).getRole()).isEqualTo(Role.UNKNOWN);

            control.createReplica(create(server.self()));
            assertThat(control.status(NodeStatusRequest.getDefaultInstance()).getRepositories()).isOne();
            ReplicaDescription empty = describe(control);
            assertThat(empty.getRole()).isEqualTo(Role.VOTER);
            assertThat(empty.getGeneration()).isOne();
            assertThat(empty.getMembersList()).isEqualTo(create(server.self()).getMembersList());
            assertThat(empty.getRefs()).as("HEAD").isOne();
            assertThat(empty.getDigest().size()).isEqualTo(32);
            assertThat(empty.getCommitted().getVersion()).isZero();
        }
    }

    @Test
    void aReplicaIsCreatedOnceAndOnlyOnTheDiskThatIsMeant() throws Exception {
        try (GitServer server = start(); RpcChannels channels = members()) {
            var control = control(channels, server);
            CreateReplicaRequest request = create(server.self());
            control.createReplica(request);
            control.createReplica(request);
            assertStatus(() -> control.createReplica(request.toBuilder().setMembers(2, member("n4", "4")).build()),
                Status.Code.ALREADY_EXISTS);
            assertStatus(() -> control.createReplica(request.toBuilder().setTarget(member("n1", "9")).build()),
                Status.Code.FAILED_PRECONDITION);
            assertStatus(() -> control.createReplica(request.toBuilder().removeMembers(2).build()),
                Status.Code.INVALID_ARGUMENT);
            assertStatus(() -> control.createReplica(request.toBuilder().setMembers(0, member("n4", "4")).build()),
                Status.Code.INVALID_ARGUMENT);
            assertStatus(() -> control.createReplica(request.toBuilder().setDefaultBranch("main").build()),
                Status.Code.INVALID_ARGUMENT);
            assertStatus(() -> control.createReplica(request.toBuilder().setRepoId("../x").build()),
                Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void aRepairWithoutAQuorumNamesWhoIsMissing() throws Exception {
        try (GitServer server = start(); RpcChannels channels = members()) {
            var control = control(channels, server);
            RepairRequest repair = RepairRequest.newBuilder().setRepoId(REPO).setGeneration(1).build();
            assertStatus(() -> control.repair(repair), Status.Code.FAILED_PRECONDITION);
            control.createReplica(create(server.self()));
            assertThatThrownBy(() -> control.repair(repair)).hasMessageContainingAll("UNAVAILABLE", "n2", "n3");
            assertStatus(() -> control.repair(repair.toBuilder().setGeneration(2).build()),
                Status.Code.FAILED_PRECONDITION);
        }
    }

    @Test
    void whatItHoldsSurvivesAStop() throws Exception {
        Member before;
        try (GitServer server = start(); RpcChannels channels = members()) {
            before = server.self();
            control(channels, server).createReplica(create(server.self()));
        }
        try (GitServer again = start(); RpcChannels channels = members()) {
            assertThat(again.self()).isEqualTo(before);
            assertThat(describe(control(channels, again)).getRole()).isEqualTo(Role.VOTER);
        }
    }

    @Test
    void aStopCutsWhoeverTakesTooLong() throws Exception {
        try (RpcChannels channels = members()) {
            GitServer server = start();
            control(channels, server).createReplica(create(server.self()));
            var call = GitTransportGrpc.newBlockingV2Stub(address(channels, server)).uploadPack();
            call.write(GitRequest.newBuilder().setOpen(GitOpen.newBuilder().setRepoId(REPO)
                .setFraming(GitOpen.Framing.DUPLEX).setReadPoint(ReadPoint.newBuilder().setGeneration(1)
                    .setMode(ReadPoint.Mode.COMMITTED))).build());
            assertThat(call.read().getData().toStringUtf8()).contains("capabilities^{}");
            long begun = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("the drain is 1 s")
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(40));
            assertThatThrownBy(call::read).isInstanceOf(StatusException.class);
        }
    }

    @Test
    void aPortInUseStopsTheStartAndLeavesTheDirectoryFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listen = "127.0.0.1:" + taken.getLocalPort();
            assertSentence(() -> GitServer.start(config("n1", listen, ""), NEVER), "cannot listen on " + listen,
                "choose another");
        }
        start().close();
    }

    @Test
    void aDirectoryInUseStopsTheStart() throws Exception {
        try (GitServer server = start()) {
            assertSentence(this::start, dir.resolve("data").toString(), "in use");
        }
    }

    @Test
    void aDirectoryOfAnotherNodeStopsTheStart() throws Exception {
        start().close();
        assertSentence(() -> GitServer.start(config("n2", "127.0.0.1:0", ""), NEVER), "n1", "n2");
    }

    @Test
    void aDirectoryOfANewerReleaseStopsTheStart() throws Exception {
        start().close();
        Path format = dir.resolve("data").resolve("format");
        Files.writeString(format, Files.readString(format).replaceFirst("[0-9]+", "99"));
        assertSentence(this::start, "99", "newer");
    }

    @Test
    void whatACrashLeftBehindIsRemovedAndWhatCannotBeStopsTheStart() throws Exception {
        start().close();
        Path orphans = Files.createDirectories(dir.resolve("data/objects/00").resolve(REPO));
        Path orphan = Files.createFile(orphans.resolve("pack-" + "1".repeat(40) + ".pack"));
        Path unfinished = Files.createFile(orphans.resolve("tmp_1"));
        start().close();
        assertThat(orphan).doesNotExist();
        assertThat(unfinished).doesNotExist();
        Files.createDirectories(orphan.resolve("a directory where a pack should be"));
        assertSentence(this::start, "pack files in", orphan.toString());
        Files.delete(orphan.resolve("a directory where a pack should be"));
        start().close();
    }

    @Test
    void tooFullADiskStopsTheStart() {
        assertSentence(() -> GitServer.start(config("n1", "127.0.0.1:0", "  disk-free-min: 9000t\n"), NEVER),
            "free", "disk-free-min");
    }

    @Test
    void listeningBeyondThisMachineInClearTextStopsTheStartBeforeAnythingIsWritten() throws Exception {
        assertSentence(() -> GitServer.start(config("n1", "0.0.0.0:0", ""), NEVER), "configure tls");
        assertThat(dir.resolve("data")).doesNotExist();
    }

    private RpcChannels members() throws Exception {
        return new RpcChannels(config("n1", "127.0.0.1:0", "").security());
    }

    private static NodeControlGrpc.NodeControlBlockingStub control(RpcChannels channels, GitServer server) {
        return NodeControlGrpc.newBlockingStub(address(channels, server));
    }

    private static Channel address(RpcChannels channels, GitServer server) {
        return channels.to(new HostPort("127.0.0.1", server.port()));
    }

    private static ReplicaDescription describe(NodeControlGrpc.NodeControlBlockingStub control) {
        return control.describeReplica(DescribeReplicaRequest.newBuilder().setRepoId(REPO).build());
    }

    private static CreateReplicaRequest create(Member self) {
        return CreateReplicaRequest.newBuilder().setRepoId(REPO).setDefaultBranch("refs/heads/main")
            .setTarget(Wire.toProto(self))
            .addAllMembers(List.of(Wire.toProto(self), member("n2", "2"), member("n3", "3"))).build();
    }

    private static dev.trine.proto.Member member(String node, String digit) {
        return dev.trine.proto.Member.newBuilder().setNode(node).setIncarnation(digit.repeat(32)).build();
    }
}
