package dev.trine.common.rpc;

import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A gRPC server of one service. Every call runs on a virtual thread of its own and may block. Internal services admit
 * members of the cluster only; public ones bring their own check of who calls.
 */
public final class RpcServer implements AutoCloseable {
    /** Greatest message in bytes: a log entry that changes 200,000 refs fits. */
    public static final int MESSAGE_BYTES_MAX = 64 << 20;
    private static final int CALLS_PER_CONNECTION_MAX = 10_000;
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration CUT_MAX = Duration.ofSeconds(10);

    private final Server server;
    private final ExecutorService calls;

    private RpcServer(Server server, ExecutorService calls) {
        this.server = server;
        this.calls = calls;
    }

    /** Starts a server whose services are all internal. */
    public static RpcServer start(HostPort listen, Security security, List<? extends BindableService> internal)
        throws StartException {
        return start(listen, security, internal, List.of());
    }

    /**
     * Starts a server.
     *
     * @param internal    for members of the cluster
     * @param publicOnes services that check their callers themselves
     * @throws StartException if the address cannot be bound, or would expose the services in clear text
     */
    public static RpcServer start(HostPort listen, Security security, List<? extends BindableService> internal,
                                  List<ServerServiceDefinition> publicOnes) throws StartException {
        security.checkListen(listen);
        ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(listen.address(), credentials(security))
            .executor(calls)
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
        Membership membership = new Membership(security.secret());
        EscapedErrors errors = new EscapedErrors();
        Spoken spoken = new Spoken();
        internal.forEach(service -> builder.addService(
            ServerInterceptors.intercept(service, errors, membership, spoken)));
        publicOnes.forEach(service -> builder.addService(ServerInterceptors.intercept(service, errors, spoken)));
        try {
            return new RpcServer(builder.build().start(), calls);
        } catch (IOException e) {
            calls.close();
            throw new StartException("cannot listen on " + listen + ": "
                + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage())
                + "; stop what uses the port or choose another", e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Refuses new calls, lets running ones finish for 10 seconds, then cuts them. */
    @Override
    public void close() throws InterruptedException {
        stop(DRAIN);
    }

    /** Refuses new calls, lets running ones finish for that long, then cuts them. */
    public void stop(Duration drain) throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
            server.shutdownNow();
            server.awaitTermination(CUT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        }
        calls.shutdownNow();
    }

    private static ServerCredentials credentials(Security security) throws StartException {
        if (security.tls().isEmpty()) {
            return InsecureServerCredentials.create();
        }
        Security.Tls tls = security.tls().get();
        try {
            return TlsServerCredentials.newBuilder()
                .keyManager(tls.certificate().toFile(), tls.key().toFile())
                .trustManager(tls.authority().toFile())
                .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
                .build();
        } catch (IOException e) {
            throw new StartException("tls files cannot be read: " + e.getMessage(), e);
        }
    }
}
