package dev.trine.server.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.trine.common.config.HostPort;
import dev.trine.common.live.LiveState;
import dev.trine.common.model.Epoch;
import dev.trine.common.model.Position;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RepoId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.RpcServer;
import dev.trine.common.rpc.Security;
import dev.trine.common.wire.Wire;
import dev.trine.proto.GitOpen;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitTransportGrpc;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.GitService.Served;
import dev.trine.server.hosting.Lane;
import dev.trine.server.hosting.Refusal;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of the Git transport over a real connection, to services that each test makes. */
@Timeout(180)
class GitTransportRpcTest {
    private static final RepoId REPO = new RepoId("a".repeat(32));
    private static final RepoId OTHER = new RepoId("b".repeat(32));
    private static final Position POSITION = new Position(7, new Epoch(1, 2, 0));
    private static final long HELD_BYTES_MAX = 4 << 20;

    @TempDir
    private Path directory;
    private GitService service = call -> Served.Exit.OK;
    private TransportLimits limits = new TransportLimits(Duration.ofMinutes(1), 100, 100, 100, 100, 100);
    private Security security;
    private GitTransportRpc rpc;
    private RpcServer server;
    private RpcChannels channels;

    @BeforeEach
    void writeSecret() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s".repeat(40));
        security = new Security(Optional.of(secret), Optional.empty());
    }

    @AfterEach
    void stop() throws Exception {
        channels.close();
        server.stop(Duration.ZERO);
        rpc.close();
    }

    private GitTransportGrpc.GitTransportStub stub() throws Exception {
        if (server == null) {
            rpc = new GitTransportRpc(call -> service.serve(call), call -> service.serve(call), limits,
                new Admission(limits), new BulkOffers(Optional.empty(), new LiveState()));
            server = RpcServer.start(new HostPort("127.0.0.1", 0), security, List.of(rpc));
            channels = new RpcChannels(security);
        }
        return GitTransportGrpc.newStub(channels.to(new HostPort("127.0.0.1", server.port())));
    }

    private ClientCall open(RepoId repo) throws Exception {
        ClientCall call = new ClientCall();
        stub().uploadPack(call);
        call.send(opening(repo).build());
        return call;
    }

    private static GitRequest.Builder opening(RepoId repo) {
        return GitRequest.newBuilder().setOpen(GitOpen.newBuilder().setRepoId(repo.value())
            .setReadPoint(Wire.toProto(new ReadPoint.Committed(1, POSITION))).setFraming(GitOpen.Framing.DUPLEX)
            .setGitProtocol("version=2").setUser("alice").setPath("team/app").setClientAddress("192.0.2.1"));
    }

    private static GitRequest data(int bytes) {
        return GitRequest.newBuilder().setData(ByteString.copyFrom(new byte[bytes])).build();
    }

    @Test
    void aCallReachesTheServiceAndItsAnswerTheClient() throws Exception {
        CompletableFuture<GitCall> seen = new CompletableFuture<>();
        service = call -> {
            seen.complete(call);
            call.messages().write("hint".getBytes(UTF_8));
            call.in().transferTo(call.out());
            return Served.Exit.FATAL;
        };
        ClientCall call = open(REPO);
        call.send(GitRequest.newBuilder().setData(ByteString.copyFromUtf8("over ")).build());
        call.send(GitRequest.newBuilder().setData(ByteString.copyFromUtf8("and back")).build());
        call.halfClose();

        assertThat(call.status().getCode()).isEqualTo(Status.Code.OK);
        assertThat(call.text()).isEqualTo("over and back");
        assertThat(call.errorText()).isEqualTo("hint");
        assertThat(call.exit()).isEqualTo(128);
        assertThat(seen.join().repo()).isEqualTo(REPO);
        assertThat(seen.join().at()).isEqualTo(new ReadPoint.Committed(1, POSITION));
        assertThat(seen.join().protocol().version()).isEqualTo(2);
        assertThat(seen.join().caller()).isEqualTo(new GitCall.Caller("alice", "team/app", "192.0.2.1"));
    }

    @Test
    void aCallerIsOfTheKindThatTheProxySaysOrItsNameShows() throws Exception {
        List<Lane.Kind> seen = Collections.synchronizedList(new ArrayList<>());
        service = call -> {
            seen.add(call.caller().kind());
            return Served.Exit.OK;
        };
        for (GitOpen.Builder opening : List.of(opening(REPO).getOpen().toBuilder(),
            opening(REPO).getOpen().toBuilder().setUser(""),
            opening(REPO).getOpen().toBuilder().setLane(GitOpen.Lane.AUTOMATION))) {
            ClientCall call = new ClientCall();
            stub().uploadPack(call);
            call.send(GitRequest.newBuilder().setOpen(opening).build());
            assertThat(call.status().getCode()).isEqualTo(Status.Code.OK);
        }
        assertThat(seen).containsExactly(Lane.Kind.PEOPLE, Lane.Kind.ANONYMOUS, Lane.Kind.AUTOMATION);
    }

    @Test
    void aRequestIsCalledWhatTheProxyCallsIt() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        service = call -> {
            seen.add(call.caller().requestInLog() + ": " + call.caller().told("no"));
            return Served.Exit.OK;
        };
        for (String id : List.of("", "3f9a", "two words")) {
            ClientCall call = new ClientCall();
            stub().uploadPack(call);
            call.send(GitRequest.newBuilder().setOpen(opening(REPO).getOpen().toBuilder().setRequestId(id)).build());
            assertThat(call.status().getCode())
                .isEqualTo(id.contains(" ") ? Status.Code.INVALID_ARGUMENT : Status.Code.OK);
        }
        assertThat(seen).containsExactly("-: no", "3f9a: no (request 3f9a)");
    }

    @Test
    void aRefusalIsAStatusThatSaysWhetherToRouteAgain() throws Exception {
        Map<Refusal, Status.Code> codes = Map.of(
            new Refusal.NotHere(REPO), Status.Code.FAILED_PRECONDITION,
            new Refusal.Behind(REPO, Position.START, POSITION), Status.Code.FAILED_PRECONDITION,
            new Refusal.OverLimit("too much"), Status.Code.RESOURCE_EXHAUSTED,
            new Refusal.Unavailable("stopping"), Status.Code.UNAVAILABLE);
        for (Map.Entry<Refusal, Status.Code> code : codes.entrySet()) {
            service = call -> new Served.Refused(code.getKey());
            assertThat(open(REPO).status().getCode()).as("%s", code.getKey()).isEqualTo(code.getValue());
        }
    }

    @Test
    void aDefectOfTheServiceIsToldWithoutItsDetails() throws Exception {
        service = call -> {
            throw new IllegalStateException("secret detail");
        };
        Status status = open(REPO).status();
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).doesNotContain("secret");
    }

    @Test
    void moreCallsForOneRepositoryThanAllowedAreRefusedAndOtherRepositoriesServed() throws Exception {
        limits = new TransportLimits(Duration.ofMinutes(1), 100, 2, 100, 100, 100);
        CountDownLatch release = new CountDownLatch(1);
        service = untilReleased(release);
        ClientCall first = open(REPO);
        ClientCall second = open(REPO);
        first.awaitData();
        second.awaitData();

        Status refused = open(REPO).status();
        assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getDescription()).contains("2 calls for this repository");
        ClientCall other = open(OTHER);
        other.awaitData();

        release.countDown();
        assertThat(first.status().isOk()).isTrue();
        assertThat(second.status().isOk()).isTrue();
        // a call is told its end a moment before it no longer counts
        await().atMost(Duration.ofSeconds(50)).until(() -> open(REPO).status().isOk());
    }

    @Test
    void moreCallsThanTheNodeServesAreSentElsewhere() throws Exception {
        limits = new TransportLimits(Duration.ofMinutes(1), 1, 1, 100, 100, 100);
        CountDownLatch release = new CountDownLatch(1);
        service = untilReleased(release);
        open(REPO).awaitData();

        Status refused = open(OTHER).status();

        assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.getDescription()).contains("1 Git calls already");
        release.countDown();
    }

    private static GitService untilReleased(CountDownLatch release) {
        return call -> {
            call.out().write('x');
            call.out().flush();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Served.Exit.OK;
        };
    }

    @Test
    void aClientThatSendsNothingIsGivenUp() throws Exception {
        limits = new TransportLimits(Duration.ofMillis(200), 100, 100, 100, 100, 100);
        service = call -> new Served.Exit(call.in().read());
        Status status = open(REPO).status();
        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(status.getDescription())
            .isEqualTo("the client sent nothing for 200ms, the limit of this server (clients.idle-max)");
    }

    @Test
    void aClientThatTakesNothingHoldsLittleMemoryAndIsGivenUp() throws Exception {
        limits = new TransportLimits(Duration.ofMillis(300), 100, 100, 100, 100, 100);
        AtomicLong written = new AtomicLong();
        CompletableFuture<IOException> stopped = new CompletableFuture<>();
        service = endless(written, stopped);
        ClientCall call = new ClientCall().takingNothing();
        stub().uploadPack(call);
        call.send(opening(REPO).build());

        assertThat(stopped.get()).hasMessageContaining(
            "the client took nothing for 300ms, the limit of this server (clients.idle-max)");
        assertThat(call.takeRest().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(written.get()).isLessThan(HELD_BYTES_MAX);
    }

    @Test
    void aServiceThatDoesNotReadHoldsTheClientBack() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicLong read = new AtomicLong();
        service = call -> {
            untilReleased(release).serve(call);
            read.set(call.in().readAllBytes().length);
            return Served.Exit.OK;
        };
        ClientCall call = open(REPO);
        call.awaitData();
        int sent = 0;
        while (call.isReadyWithin(Duration.ofMillis(500))) {
            call.send(data(GitExchange.CHUNK_BYTES_MAX));
            sent += GitExchange.CHUNK_BYTES_MAX;
            assertThat(sent).as("bytes that nobody reads").isLessThan((int) HELD_BYTES_MAX);
        }
        release.countDown();
        call.halfClose();
        assertThat(call.status().isOk()).isTrue();
        assertThat(read.get()).isEqualTo(sent);
    }

    @Test
    void aServiceThatWritesStopsWhenTheClientGoesAway() throws Exception {
        CompletableFuture<IOException> stopped = new CompletableFuture<>();
        service = endless(new AtomicLong(), stopped);
        ClientCall call = open(REPO);
        call.awaitData();
        call.cancel();
        assertThat(stopped.get()).hasMessage("the client is gone");
    }

    @Test
    void aServiceThatReadsStopsWhenTheClientGoesAway() throws Exception {
        CompletableFuture<IOException> stopped = new CompletableFuture<>();
        service = call -> {
            try {
                call.out().write('x');
                call.out().flush();
                return new Served.Exit(call.in().read());
            } catch (IOException e) {
                stopped.complete(e);
                throw e;
            }
        };
        ClientCall call = open(REPO);
        call.awaitData();
        call.cancel();
        assertThat(stopped.get()).hasMessage("the client is gone");
    }

    @Test
    void aServiceThatOnlyComputesLearnsByFlushingThatTheClientWentAway() throws Exception {
        CompletableFuture<IOException> stopped = new CompletableFuture<>();
        service = call -> {
            call.out().write('x');
            while (true) {
                try {
                    call.out().flush();
                } catch (IOException e) {
                    stopped.complete(e);
                    throw e;
                }
            }
        };
        ClientCall call = open(REPO);
        call.awaitData();
        call.cancel();
        assertThat(stopped.get()).hasMessage("the client is gone");
    }

    private static GitService endless(AtomicLong written, CompletableFuture<IOException> stopped) {
        return call -> {
            byte[] bytes = new byte[10_000];
            try {
                while (true) {
                    call.out().write(bytes);
                    written.addAndGet(bytes.length);
                }
            } catch (IOException e) {
                stopped.complete(e);
                throw e;
            }
        };
    }

    @Test
    void whatIsNotTheProtocolIsAnInvalidArgument() throws Exception {
        service = call -> new Served.Exit(call.in().read());
        List<List<GitRequest>> wrong = List.of(
            List.of(data(1)),
            List.of(GitRequest.getDefaultInstance()),
            List.of(opening(REPO).build(), opening(REPO).build()),
            List.of(opening(REPO).build(), data(GitExchange.CHUNK_BYTES_MAX + 1)),
            List.of(GitRequest.newBuilder().setOpen(opening(REPO).getOpen().toBuilder().setRepoId("x")).build()),
            List.of(GitRequest.newBuilder().setOpen(opening(REPO).getOpen().toBuilder().setFramingValue(9)).build()),
            List.of(GitRequest.newBuilder().setOpen(opening(REPO).getOpen().toBuilder()
                .setPath("p".repeat(5000))).build()));
        for (List<GitRequest> requests : wrong) {
            ClientCall call = new ClientCall();
            stub().uploadPack(call);
            requests.forEach(call::send);
            assertThat(call.status().getCode()).as("%s", requests).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        ClientCall silent = new ClientCall();
        stub().receivePack(silent);
        silent.halfClose();
        assertThat(silent.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
}
