package dev.trine.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.audit.Audit;
import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.bulk.BulkListener;
import dev.trine.common.bulk.BulkSettings;
import dev.trine.common.config.ByteSize;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.live.LiveState;
import dev.trine.common.live.LiveValues;
import dev.trine.common.model.RequestId;
import dev.trine.common.relay.ClientEnd;
import dev.trine.common.relay.GitExchange;
import dev.trine.common.relay.GitProgram;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.RelaySettings;
import dev.trine.common.relay.Relayed;
import dev.trine.common.relay.Route;
import dev.trine.common.relay.RouterClient;
import dev.trine.common.relay.User;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.RpcServer;
import dev.trine.common.rpc.Security;
import dev.trine.proto.Credential;
import dev.trine.proto.Endpoint;
import dev.trine.proto.GitOpen;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.RouteReply;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.RouterGrpc;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.GitService.Served;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Large answers, from a service through the transport and the relay to a client, with a bulk port or without. */
@Timeout(180)
class BulkAnswerTest {
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
    /** Short for a test, and long for what gets through at all. */
    private static final Duration SHORT = Duration.ofSeconds(4);
    /** More than can wait on the way. */
    private static final long LARGE_BYTES = 64 << 20;

    @TempDir
    private Path dir;
    private final Closer parts = new Closer();
    private final CRC32C written = new CRC32C();
    private final CRC32C received = new CRC32C();
    private final CompletableFuture<IOException> stopped = new CompletableFuture<>();
    private OutputStream client = new CheckedOutputStream(OutputStream.nullOutputStream(), received);
    private GitService service = this::answer;
    private final LiveState live = new LiveState();
    private Duration idleMax = Duration.ofMinutes(1);
    private BulkPath path;
    private GitRelay relay;

    @BeforeEach
    void start() throws Exception {
        path = parts.open(new BulkPath());
    }

    @AfterEach
    void stop() throws Exception {
        parts.close();
    }

    private Relayed fetch() throws Exception {
        if (relay == null) {
            connect();
        }
        User alice = new User("alice", Credential.getDefaultInstance());
        return relay.relay(new GitExchange(GitProgram.UPLOAD_PACK, "g/r", alice,
            GitOpen.Framing.STATELESS, "version=2", "127.0.0.1", new RequestId("r1")), new Client());
    }

    private void connect() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "s".repeat(40));
        Security security = new Security(Optional.of(secret), Optional.empty());
        BulkListener listener = parts.open(BulkListener.start(ANY_PORT,
            new BulkSettings(true, Optional.empty(), Optional.of(path.address())), security));
        path.leadTo(listener.port());
        TransportLimits limits = TransportLimits.DEFAULT;
        GitTransportRpc rpc = parts.open(new GitTransportRpc(call -> service.serve(call), call -> service.serve(call),
            limits, new Admission(limits), new BulkOffers(Optional.of(listener), live)));
        RpcServer node = RpcServer.start(ANY_PORT, security, List.of(rpc));
        parts.open(() -> node.stop(Duration.ZERO));
        RpcServer router = parts.open(RpcServer.start(ANY_PORT, security, List.of(new Router(node.port()))));
        RpcChannels channels = parts.open(new RpcChannels(security));
        relay = new GitRelay(new RouterClient(channels.to(new HostPort("127.0.0.1", router.port())),
            Duration.ofMinutes(1)), channels, new BulkConnections(security),
            new RelaySettings(Duration.ofMinutes(1), 3, Duration.ofMinutes(1), idleMax, new ByteSize(128 << 10),
                Duration.ofSeconds(5), 0, 0), Audit.NONE);
    }

    /** Writes until some of it has gone beside the call, and then much more. */
    private Served answer(GitCall call) throws IOException {
        try (OutputStream out = new CheckedOutputStream(call.out(), written)) {
            writeSome(out);
            writeMuch(out);
            out.write('.');
            return Served.Exit.OK;
        } catch (IOException e) {
            stopped.complete(e);
            throw e;
        }
    }

    private void writeSome(OutputStream out) throws IOException {
        byte[] bytes = new byte[50_000];
        new Random(5).nextBytes(bytes);
        while (path.bytes() == 0) {
            out.write(bytes);
        }
    }

    private static void writeMuch(OutputStream out) throws IOException {
        byte[] bytes = new byte[70_001];
        new Random(6).nextBytes(bytes);
        for (long count = 0; count < LARGE_BYTES; count += bytes.length) {
            out.write(bytes);
        }
    }

    @Test
    void aLargeAnswerGoesOverAConnectionOfItsOwnInOrder() throws Exception {
        assertThat(fetch()).isEqualTo(new Relayed.Served(0));
        assertThat(path.bytes()).isGreaterThan(LARGE_BYTES);
        assertThat(received.getValue()).isEqualTo(written.getValue());
    }

    @Test
    void whoIsNotInTheShareThatIsSetLiveGetsAllThroughTheCall() throws Exception {
        service = call -> {
            writeMuch(new CheckedOutputStream(call.out(), written));
            return Served.Exit.OK;
        };
        live.take(new LiveValues(1, Map.of("bulk.repositories", "0")));
        assertThat(fetch()).isEqualTo(new Relayed.Served(0));
        live.take(new LiveValues(2, Map.of("bulk.users", "0")));
        assertThat(fetch()).isEqualTo(new Relayed.Served(0));
        assertThat(path.connections()).isZero();
        live.take(new LiveValues(3, Map.of("bulk.repositories", "100")));
        service = this::answer;
        assertThat(fetch()).isEqualTo(new Relayed.Served(0));
        assertThat(path.connections()).isPositive();
    }

    @Test
    void aSmallAnswerMakesNoConnection() throws Exception {
        service = call -> {
            call.out().write(new byte[1 << 19]);
            return Served.Exit.OK;
        };
        assertThat(fetch()).isEqualTo(new Relayed.Served(0));
        assertThat(path.connections()).isZero();
    }

    @Test
    void whereTheBulkPortCannotBeReachedAllGoesThroughTheCall() throws Exception {
        path.close();
        service = call -> {
            writeMuch(new CheckedOutputStream(call.out(), written));
            return Served.Exit.OK;
        };
        assertThat(fetch()).isEqualTo(new Relayed.Served(0));
        assertThat(fetch()).isEqualTo(new Relayed.Served(0));
        assertThat(received.getValue()).isEqualTo(written.getValue());
    }

    @Test
    void aConnectionThatNeverGetsThroughHoldsNothingUp() throws Exception {
        path.hold();
        service = call -> {
            writeMuch(new CheckedOutputStream(call.out(), written));
            return Served.Exit.OK;
        };
        assertThat(fetch()).isEqualTo(new Relayed.Served(0));
        assertThat(received.getValue()).isEqualTo(written.getValue());
    }

    @Test
    void anAnswerWhoseConnectionIsCutNeverEndsAsIfItWereWhole() throws Exception {
        path.cutAfter(1 << 20);
        assertThat(fetch()).isInstanceOf(Relayed.Broken.class);
        assertThat(stopped.get()).isNotNull();
    }

    @Test
    void anAnswerThatIsCutAtItsVeryEndIsNotWholeEither() throws Exception {
        service = call -> {
            writeSome(call.out());
            call.out().flush();
            path.cutAfter(0);
            return Served.Exit.OK;
        };
        assertThat(fetch()).isInstanceOf(Relayed.Broken.class);
    }

    @Test
    void aConnectionThatStallsIsGivenUp() throws Exception {
        idleMax = SHORT;
        path.stallAfter(1 << 20);
        assertThat(fetch()).isEqualTo(new Relayed.Broken("node n1 does not answer; try again"));
        assertThat(stopped.get()).hasMessage("the client is gone");
    }

    @Test
    void aServiceThatFailsInTheMiddleIsToldWithItsReason() throws Exception {
        service = call -> {
            writeSome(call.out());
            call.out().flush();
            throw new IllegalStateException("secret detail");
        };
        assertThat(fetch()).isEqualTo(new Relayed.Broken(
            "node n1 broke off: a defect of the Git service; the node's log has it"));
    }

    @Test
    void aClientThatGoesAwayStopsTheService() throws Exception {
        client = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (path.bytes() > 0) {
                    throw new IOException("gone");
                }
            }
        };
        assertThatThrownBy(this::fetch).hasMessage("gone");
        assertThat(stopped.get()).hasMessage("the client is gone");
    }

    private final class Client implements ClientEnd {
        @Override
        public InputStream in() {
            return InputStream.nullInputStream();
        }

        @Override
        public OutputStream accept(Route route) {
            return client;
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

    private static final class Router extends RouterGrpc.RouterImplBase {
        private final int node;

        Router(int node) {
            this.node = node;
        }

        @Override
        public void route(RouteRequest request, StreamObserver<RouteReply> reply) {
            reply.onNext(RouteReply.newBuilder().setRepoId("0".repeat(32)).setPath("g/r")
                .setNode(Endpoint.newBuilder().setNode("n1").setZone("z1").setAddress("127.0.0.1:" + node))
                .setReadPoint(ReadPoint.newBuilder().setGeneration(1).setMode(ReadPoint.Mode.COMMITTED)).build());
            reply.onCompleted();
        }
    }
}
