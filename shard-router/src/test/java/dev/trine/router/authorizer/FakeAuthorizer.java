package dev.trine.router.authorizer;

import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.RpcServer;
import dev.trine.common.rpc.Security;
import dev.trine.proto.AuthorizerGrpc;
import dev.trine.proto.CheckReply;
import dev.trine.proto.CheckRequest;
import dev.trine.router.fixture.ListenPort;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A company's authorizer: a gRPC server on a loopback port that answers as a test says, and remembers. */
public final class FakeAuthorizer implements AutoCloseable {
    private static final CheckReply ALLOW = CheckReply.newBuilder().setDecision(CheckReply.Decision.ALLOW).build();

    private final List<CheckRequest> asked = new CopyOnWriteArrayList<>();
    private volatile Function<CheckRequest, Optional<CheckReply>> answer = request -> Optional.of(ALLOW);
    private final Security security;
    private final boolean toMembers;
    private final int port;
    private RpcServer server;

    /** Starts it, with its files in that directory; it allows everything, and lets nothing be kept. */
    public FakeAuthorizer(Path directory) throws Exception {
        this(new Security(Optional.of(Files.writeString(directory.resolve("authorizer.secret"), "0".repeat(32))),
            Optional.empty()), false);
    }

    /** Starts one that identifies itself so, and may answer only who shows a certificate of the same authority. */
    FakeAuthorizer(Security security, boolean toMembers) throws IOException, StartException {
        this.security = security;
        this.toMembers = toMembers;
        port = ListenPort.free();
        server = start(port);
    }

    private RpcServer start(int port) throws StartException {
        return RpcServer.start(new HostPort("127.0.0.1", port), security,
            toMembers ? List.of(new Service()) : List.of(),
            toMembers ? List.of() : List.of(new Service().bindService()));
    }

    public int port() {
        return port;
    }

    /** What it answers; none: an error. */
    public void answers(Function<CheckRequest, Optional<CheckReply>> how) {
        answer = how;
    }

    /** Forbids that, for a reason. */
    public void forbids(String path, CheckRequest.Operation operation, String reason) {
        answer = request -> Optional.of(request.getPath().equals(path) && request.getOperation() == operation
            ? denial(reason, 0) : ALLOW);
    }

    static CheckReply allowance(int cacheSeconds) {
        return ALLOW.toBuilder().setCacheSeconds(cacheSeconds).build();
    }

    static CheckReply denial(String reason, int cacheSeconds) {
        return CheckReply.newBuilder().setDecision(CheckReply.Decision.DENY).setReason(reason)
            .setCacheSeconds(cacheSeconds).build();
    }

    public List<CheckRequest> asked() {
        return asked;
    }

    /** Stops it. */
    public void stop() throws InterruptedException {
        server.stop(Duration.ZERO);
    }

    /** Starts it again where it was. */
    public void startAgain() throws StartException {
        server = start(port);
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }

    private final class Service extends AuthorizerGrpc.AuthorizerImplBase {
        @Override
        public void check(CheckRequest request, StreamObserver<CheckReply> reply) {
            asked.add(request);
            answer.apply(request).ifPresentOrElse(said -> {
                reply.onNext(said);
                reply.onCompleted();
            }, () -> reply.onError(Status.INTERNAL.withDescription("out of\u001bpaper").asRuntimeException()));
        }
    }
}
