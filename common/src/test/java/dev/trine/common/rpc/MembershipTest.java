package dev.trine.common.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.NodeStatusRequest;
import dev.trine.proto.RepairReply;
import dev.trine.proto.RepairRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);

    @TempDir
    Path dir;

    @Test
    void aCallerWithTheSecretIsAdmittedAndOneWithAnotherIsNot() throws Exception {
        Security ours = secret("ours", "0123456789abcdef0123456789abcdef");
        Security theirs = secret("theirs", "fedcba9876543210fedcba9876543210");
        try (var server = RpcServer.start(ANY, ours, List.of(new Node()));
            var member = new RpcChannels(ours);
            var stranger = new RpcChannels(theirs)) {
            HostPort address = new HostPort("127.0.0.1", server.port());
            var reply = NodeControlGrpc.newBlockingStub(member.to(address))
                .status(NodeStatusRequest.getDefaultInstance());
            assertThat(reply.getZone()).isEqualTo("z1");
            var stub = NodeControlGrpc.newBlockingStub(stranger.to(address));
            assertThatThrownBy(() -> stub.status(NodeStatusRequest.newBuilder().build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refused ->
                    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
        }
    }

    @Test
    void aMalformedMessageIsTheCallersFault() throws Exception {
        Security ours = secret("ours", "0123456789abcdef0123456789abcdef");
        try (var server = RpcServer.start(ANY, ours, List.of(new Node())); var member = new RpcChannels(ours)) {
            var stub = NodeControlGrpc.newBlockingStub(member.to(new HostPort("127.0.0.1", server.port())));
            assertThatThrownBy(() -> stub.repair(RepairRequest.newBuilder().build()))
                .hasMessage("INVALID_ARGUMENT: repo_id is missing");
        }
    }

    @Test
    void aServiceWithoutTlsRefusesToListenBeyondLoopback() throws Exception {
        Security ours = secret("ours", "0123456789abcdef0123456789abcdef");
        assertThatThrownBy(() -> RpcServer.start(new HostPort("0.0.0.0", 0), ours, List.of(new Node())))
            .isInstanceOf(StartException.class).hasMessageContaining("configure tls, or listen on 127.0.0.1");
    }

    @Test
    void aShortSecretIsRefused() throws Exception {
        Security weak = secret("weak", "hunter2");
        assertThatThrownBy(weak::secret).isInstanceOf(StartException.class).hasMessageContaining("shorter than 32");
    }

    private Security secret(String name, String secret) throws IOException {
        return new Security(Optional.of(Files.writeString(dir.resolve(name), secret + "\n")), Optional.empty());
    }

    private static final class Node extends NodeControlGrpc.NodeControlImplBase {
        @Override
        public void status(NodeStatusRequest request, StreamObserver<NodeStatusReply> reply) {
            reply.onNext(NodeStatusReply.newBuilder().setZone("z1").build());
            reply.onCompleted();
        }

        @Override
        public void repair(RepairRequest request, StreamObserver<RepairReply> reply) {
            throw new IllegalArgumentException("repo_id is missing");
        }
    }
}
