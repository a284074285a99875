package dev.trine.common.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.HostPort;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Identity;
import dev.trine.proto.RouterGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpokenTest {
    @TempDir
    private Path dir;

    @Test
    void whatAServiceSaysIsToldFromWhatGrpcFinds() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "x".repeat(32));
        Security security = new Security(Optional.of(secret), Optional.empty());
        RouterGrpc.RouterImplBase service = new RouterGrpc.RouterImplBase() {
            @Override
            public void identify(IdentifyRequest request, StreamObserver<Identity> reply) {
                reply.onError(Status.UNAVAILABLE.withDescription("the database is away").asRuntimeException());
            }
        };
        RpcServer server = RpcServer.start(new HostPort("127.0.0.1", 0), security, List.of(service));
        try (server; RpcChannels channels = new RpcChannels(security)) {
            RouterGrpc.RouterBlockingStub router =
                RouterGrpc.newBlockingStub(channels.to(new HostPort("127.0.0.1", server.port())));
            assertThat(failure(router).getDescription()).isEqualTo("the database is away");
            server.close();
            Status gone = failure(router);
            assertThat(gone.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(gone.getDescription()).isNull();
        }
    }

    private static Status failure(RouterGrpc.RouterBlockingStub router) {
        try {
            router.identify(IdentifyRequest.getDefaultInstance());
            throw new AssertionError("the call succeeded");
        } catch (StatusRuntimeException e) {
            return Spoken.statusOf(e);
        }
    }
}
