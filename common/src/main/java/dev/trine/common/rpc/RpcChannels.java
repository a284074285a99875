package dev.trine.common.rpc;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Channels to other services of the cluster, one per address, opened on first use. Called by many threads. */
public final class RpcChannels implements AutoCloseable {
    private static final int KEEP_ALIVE_SECONDS = 10;
    private static final int STOP_SECONDS_MAX = 5;

    private final Map<HostPort, Connection> open = new ConcurrentHashMap<>();
    private final ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();
    private final ChannelCredentials credentials;
    private final Membership membership;
    private final Optional<ByteSize> window;

    /**
     * Makes the set of channels; connects nowhere yet.
     *
     * @throws StartException if the secret or the TLS files cannot be read
     */
    public RpcChannels(Security security) throws StartException {
        this(security, Optional.empty());
    }

    /**
     * Makes the set of channels; connects nowhere yet.
     *
     * @param window bytes that may wait here for the reader of one call; empty: gRPC finds it out, up to 8 MiB
     * @throws StartException if the secret or the TLS files cannot be read
     */
    public RpcChannels(Security security, Optional<ByteSize> window) throws StartException {
        this.window = window;
        this.credentials = credentials(security);
        this.membership = new Membership(security.secret());
    }

    /** The channel to an address, "host:port". */
    public Channel to(String address) {
        return to(HostPort.parse(address));
    }

    /** The channel to an address; owned by this object. */
    public Channel to(HostPort address) {
        return open.computeIfAbsent(address, this::connect).calls();
    }

    @Override
    public void close() throws InterruptedException {
        open.values().forEach(connection -> connection.channel().shutdownNow());
        for (Connection connection : open.values()) {
            connection.channel().awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        }
        callbacks.shutdownNow();
    }

    private Connection connect(HostPort address) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port(), credentials)
            .executor(callbacks)
            .maxInboundMessageSize(RpcServer.MESSAGE_BYTES_MAX)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        window.ifPresent(size -> builder.flowControlWindow(Math.toIntExact(size.bytes())));
        ManagedChannel channel = builder.build();
        return new Connection(channel,
            ClientInterceptors.intercept(channel, membership, new TraceContext.Passing(), new EagerReconnect(channel)));
    }

    /** A channel, and the same with what every call through it needs. */
    private record Connection(ManagedChannel channel, Channel calls) {
    }

    private static ChannelCredentials credentials(Security security) throws StartException {
        if (security.tls().isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        Security.Tls tls = security.tls().get();
        try {
            return TlsChannelCredentials.newBuilder()
                .keyManager(tls.certificate().toFile(), tls.key().toFile())
                .trustManager(tls.authority().toFile())
                .build();
        } catch (IOException e) {
            throw new StartException("tls files cannot be read: " + e.getMessage(), e);
        }
    }
}
