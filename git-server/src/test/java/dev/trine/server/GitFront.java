package dev.trine.server;

import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.config.ByteSize;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.RequestId;
import dev.trine.common.relay.ClientEnd;
import dev.trine.common.relay.GitExchange;
import dev.trine.common.relay.GitProgram;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.RelaySettings;
import dev.trine.common.relay.Route;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.relay.User;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.RpcServer;
import dev.trine.common.rpc.Security;
import dev.trine.proto.Credential;
import dev.trine.proto.GitOpen;
import dev.trine.proto.RouterGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Lets the real git client talk to a cluster of nodes, over Git's daemon protocol on a loopback port and the relay of
 * the front doors. The path of the URL is the repository's id.
 */
public final class GitFront implements AutoCloseable {
    private final Closer parts = new Closer();
    private final Remembered audit = new Remembered();
    private final GitRelay relay;
    private final ServerSocket socket;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();

    /** A front that asks that router. */
    public GitFront(RouterGrpc.RouterImplBase router, Security security) throws Exception {
        RpcServer server =
            parts.open(RpcServer.start(new HostPort("127.0.0.1", 0), security, List.of(router)));
        RpcChannels channels = parts.open(new RpcChannels(security));
        RelaySettings settings =
            new RelaySettings(Duration.ofMinutes(1), 4, Duration.ofMinutes(1), Duration.ofMinutes(1),
                new ByteSize(1 << 19), Duration.ofSeconds(5), 0, 0);
        relay = new GitRelay(new RouterClient(channels.to(new HostPort("127.0.0.1", server.port())),
            settings.routerAnswerMax()), channels, new BulkConnections(security), settings, audit);
        socket = parts.open(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        connections.submit(this::accept);
    }

    /** What the audit was told so far. */
    public List<AuditEvent> told() {
        return audit.events();
    }

    /** Where git finds the repository. */
    public String url(RepoId repo) {
        return "git://127.0.0.1:" + socket.getLocalPort() + "/" + repo;
    }

    private Void accept() throws IOException {
        while (true) {
            Socket connection = socket.accept();
            connections.submit(() -> serve(connection));
        }
    }

    private Void serve(Socket connection) throws IOException {
        try (connection) {
            InputStream in = connection.getInputStream();
            int length = Integer.parseInt(new String(in.readNBytes(4), StandardCharsets.US_ASCII), 16);
            String request = new String(in.readNBytes(length - 4), StandardCharsets.US_ASCII);
            String program = request.substring(0, request.indexOf(' '));
            String[] parameters = request.substring(request.indexOf('/') + 1).split("\0");
            User alice = new User("alice", Credential.getDefaultInstance());
            relay.relay(new GitExchange(GitProgram.named(program).orElseThrow(), parameters[0], alice,
                GitOpen.Framing.DUPLEX, parameters.length > 3 ? parameters[3] : "", "127.0.0.1", new RequestId("r1")),
                new Connected(in, connection.getOutputStream()));
        }
        return null;
    }

    @Override
    public void close() throws Exception {
        connections.shutdownNow();
        parts.close();
    }

    private static final class Remembered implements Audit {
        private final List<AuditEvent> events = new CopyOnWriteArrayList<>();

        List<AuditEvent> events() {
            return events;
        }

        @Override
        public Optional<String> refusal() {
            return Optional.empty();
        }

        @Override
        public void record(AuditEvent event) {
            events.add(event);
        }

        @Override
        public void close() {
            // it is in memory only
        }
    }

    private record Connected(InputStream in, OutputStream out) implements ClientEnd {
        @Override
        public OutputStream accept(Route route) {
            return out;
        }

        @Override
        public OutputStream messages() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public Duration drainMax() {
            return Duration.ofSeconds(1);
        }
    }
}
