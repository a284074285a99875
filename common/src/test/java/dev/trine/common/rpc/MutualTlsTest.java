package dev.trine.common.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.HostPort;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.NodeStatusReply;
import dev.trine.proto.NodeStatusRequest;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that know each other by certificates of one authority. */
class MutualTlsTest {
    @TempDir
    private Path dir;

    private TestAuthority ours;

    @BeforeEach
    void createAuthority() throws Exception {
        ours = TestAuthority.create(dir.resolve("ours"));
    }

    private static RpcServer start(String host, Security security) throws Exception {
        return RpcServer.start(new HostPort(host, 0), security, List.of(new Node()));
    }

    private static String ask(Channel channel) {
        return NodeControlGrpc.newBlockingStub(channel).status(NodeStatusRequest.getDefaultInstance()).getZone();
    }

    private static HostPort address(RpcServer server) {
        return new HostPort("127.0.0.1", server.port());
    }

    private static void assertFails(Channel channel, Status.Code code) {
        assertThatThrownBy(() -> ask(channel)).isInstanceOfSatisfying(StatusRuntimeException.class,
            failed -> assertThat(failed.getStatus().getCode()).as(failed.getMessage()).isEqualTo(code));
    }

    @Test
    void membersOfOneAuthorityKnowEachOtherAndMayListenBeyondThisMachine() throws Exception {
        try (RpcServer server = start("0.0.0.0", ours.member("n1"));
             RpcChannels channels = new RpcChannels(ours.member("n2"))) {
            assertThat(ask(channels.to(address(server)))).isEqualTo("z1");
        }
    }

    @Test
    void whoShowsNoCertificateIsNoMember() throws Exception {
        try (RpcServer server = start("127.0.0.1", ours.member("n1"))) {
            ManagedChannel anonymous = NettyChannelBuilder.forAddress("127.0.0.1", server.port(),
                TlsChannelCredentials.newBuilder().trustManager(ours.certificate().toFile()).build()).build();
            try {
                assertFails(anonymous, Status.Code.UNAUTHENTICATED);
            } finally {
                anonymous.shutdownNow();
            }
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsWorthNothing() throws Exception {
        TestAuthority theirs = TestAuthority.create(dir.resolve("theirs"));
        Security stranger = theirs.member("n2");
        Security.Tls tls = stranger.tls().orElseThrow();
        Security trusting = new Security(stranger.secretFile(), Optional.of(
            new Security.Tls(tls.certificate(), tls.key(), ours.certificate())));
        try (RpcServer server = start("127.0.0.1", ours.member("n1"));
             RpcChannels channels = new RpcChannels(trusting)) {
            assertFails(channels.to(address(server)), Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTalkedTo() throws Exception {
        TestAuthority theirs = TestAuthority.create(dir.resolve("theirs"));
        try (RpcServer impostor = start("127.0.0.1", theirs.member("n1"));
             RpcChannels channels = new RpcChannels(ours.member("n2"))) {
            assertFails(channels.to(address(impostor)), Status.Code.UNAVAILABLE);
        }
    }

    private static final class Node extends NodeControlGrpc.NodeControlImplBase {
        @Override
        public void status(NodeStatusRequest request, StreamObserver<NodeStatusReply> reply) {
            reply.onNext(NodeStatusReply.newBuilder().setZone("z1").build());
            reply.onCompleted();
        }
    }
}
