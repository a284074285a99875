package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.HostPort;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.Security;
import dev.trine.proto.CreateReplicaRequest;
import dev.trine.proto.Member;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.NodeStatusRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A git server's process: how it starts, and each way in which it ends. */
class GitServerProcessTest {
    @TempDir
    private Path dir;

    private Path secret;

    @BeforeEach
    void secret() throws Exception {
        secret = Files.writeString(dir.resolve("secret"), "0123456789abcdef0123456789abcdef\n");
    }

    private String config(String more) throws Exception {
        return Files.writeString(dir.resolve("n1.yaml"), """
            node: n1
            zone: z1
            listen: 127.0.0.1:0
            security:
              secret-file: %s
            drain: 1s
            data:
              dir: %s
              disk-free-min: 1m
              cache: 8m
            """.formatted(secret, dir.resolve("data")) + more).toString();
    }

    private NodeControlGrpc.NodeControlBlockingStub control(RpcChannels channels, int port) {
        return NodeControlGrpc.newBlockingStub(channels.to(new HostPort("127.0.0.1", port)));
    }

    private RpcChannels channels() throws Exception {
        return new RpcChannels(new Security(Optional.of(secret), Optional.empty()));
    }

    @Test
    void itServesUntilItIsToldToStop() throws Exception {
        try (GitServerProcess server = new GitServerProcess(dir, "--config", config(""));
             RpcChannels channels = channels()) {
            int port = server.awaitPort();
            assertThat(control(channels, port).status(NodeStatusRequest.getDefaultInstance()).getZone())
                .isEqualTo("z1");
            server.terminate();
            assertThat(server.awaitExit()).as(server.log()).isEqualTo(143);
            assertThat(server.log()).contains("stopping").contains("stopped").doesNotContain("ERROR");
        }
    }

    @Test
    void aKilledProcessLeavesNothingBehindButItsDataAndStartsAgain() throws Exception {
        String config = config("");
        for (int i = 0; i < 2; i++) {
            try (GitServerProcess server = new GitServerProcess(dir, "--config", config)) {
                server.awaitPort();
            }
        }
        try (Stream<Path> left = Files.list(dir.resolve(GitServerProcess.TEMPORARY))) {
            assertThat(left.filter(file -> !file.getFileName().toString().startsWith("hsperfdata"))).isEmpty();
        }
        try (Stream<Path> libraries = Files.list(dir.resolve("data/native"))) {
            assertThat(libraries).hasSize(1);
        }
    }

    @Test
    void aMisspeltKeyIsNamedWithTheRightOne() throws Exception {
        try (GitServerProcess server = new GitServerProcess(dir, "--config", config("replicas: {}\n"))) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(server.log()).contains("replicas: unknown key, did you mean replica?").hasLineCount(2);
        }
    }

    @Test
    void aStartThatFailsSaysWhyInOneSentence() throws Exception {
        String config = config("");
        try (GitServerProcess first = new GitServerProcess(dir, "--config", config)) {
            first.awaitPort();
            try (GitServerProcess second = new GitServerProcess(dir, "--config", config)) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.log().lines().toList().getLast()).startsWith("trine git-server: ")
                    .contains("in use");
            }
        }
    }

    @Test
    void aDiskThatFailsEndsTheProcessAtOnce() throws Exception {
        try (GitServerProcess server = new GitServerProcess(dir, "--config", config(""));
             RpcChannels channels = channels()) {
            var control = control(channels, server.awaitPort());
            server.limitFiles(64 << 10);
            Member self = control.status(NodeStatusRequest.getDefaultInstance()).getMember();
            assertThat(createUntilItFails(control, self)).isLessThan(10_000);
            assertThat(server.awaitExit()).as(server.log()).isEqualTo(ProcessHalt.EXIT_STATUS);
            assertThat(server.log()).contains("the process ends, its disk cannot be trusted")
                .doesNotContain("stopping");
        }
    }

    private static int createUntilItFails(NodeControlGrpc.NodeControlBlockingStub control, Member self) {
        for (int i = 0; i < 10_000; i++) {
            try {
                control.createReplica(CreateReplicaRequest.newBuilder().setRepoId("%032x".formatted(i))
                    .setDefaultBranch("refs/heads/main").setTarget(self).addMembers(self).addMembers(member("n2"))
                    .addMembers(member("n3")).build());
            } catch (StatusRuntimeException e) {
                return i;
            }
        }
        return 10_000;
    }

    private static Member member(String node) {
        return Member.newBuilder().setNode(node).setIncarnation("2".repeat(32)).build();
    }
}
