package dev.trine.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.trine.common.config.ByteSize;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.live.LiveState;
import dev.trine.common.model.RepoId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.RpcServer;
import dev.trine.common.rpc.Security;
import dev.trine.common.wire.Wire;
import dev.trine.proto.GitOpen;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitTransportGrpc;
import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.Turn;
import dev.trine.server.admission.Waiting;
import dev.trine.server.admission.WorkSettings;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.Lane;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.kept.CacheLimits;
import dev.trine.server.kept.StreamCache;
import dev.trine.server.pkt.RequestMemory;
import dev.trine.server.upload.UploadLimits;
import dev.trine.server.upload.UploadPack;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clones over the real transport that have to wait for each other. */
@Timeout(300)
class FairClonesTest {
    private static final RepoId REPO = new RepoId("a".repeat(32));
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
    private static final String QUIET = "000fno-progress";
    private static final int FORTY = 40;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Waiting NOBODY = new Waiting() {
        @Override
        public void told(String text) {
            // nobody reads it
        }

        @Override
        public void over(String text) {
            // nobody reads it
        }

        @Override
        public void alive() {
            // nobody looks
        }
    };

    @TempDir
    private Path dir;
    private final Closer parts = new Closer();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private WorkTurns turns;
    private GitTransportGrpc.GitTransportStub node;
    private String head;

    /** One clone at a time is made, whether the repository has a bitmap or not. */
    @BeforeEach
    void start() throws Exception {
        Path work = Files.createDirectory(dir.resolve("work"));
        Git git = new Git(work);
        git.run("init", "--quiet");
        head = git.commit("one");
        LocalHosting hosting = new LocalHosting();
        hosting.host(REPO, work.resolve(".git"));
        StreamCache cache = parts.open(StreamCache.open(dir.resolve("cache"),
            new CacheLimits(new ByteSize(0), new ByteSize(0), 1), 0));
        turns = WorkTurns.of(new WorkSettings(1, 1, 0, 0, 0, 100, FORTY, LONG, 4, 2, 1), 1, LONG);
        GitService upload = new UploadPack(hosting, UploadLimits.DEFAULT, Agent.ofRelease("test"), cache, turns,
            RequestMemory.in(Runtime.getRuntime().maxMemory()));
        Security security = new Security(Optional.of(Files.writeString(dir.resolve("secret"), "s".repeat(40))),
            Optional.empty());
        GitTransportRpc rpc = parts.open(new GitTransportRpc(upload, upload, TransportLimits.DEFAULT,
            new Admission(TransportLimits.DEFAULT), new BulkOffers(Optional.empty(), new LiveState())));
        RpcServer server = RpcServer.start(ANY_PORT, security, List.of(rpc));
        parts.open(() -> server.stop(Duration.ZERO));
        RpcChannels channels = parts.open(new RpcChannels(security));
        node = GitTransportGrpc.newStub(channels.to(new HostPort("127.0.0.1", server.port())));
    }

    @AfterEach
    void stop() throws Exception {
        threads.shutdownNow();
        parts.close();
    }

    private ClientCall clone(String user, String options) {
        ClientCall call = new ClientCall();
        node.uploadPack(call);
        call.send(GitRequest.newBuilder().setOpen(GitOpen.newBuilder().setRepoId(REPO.value())
            .setReadPoint(Wire.toProto(LocalHosting.ANY_STATE)).setFraming(GitOpen.Framing.STATELESS)
            .setGitProtocol("version=2").setUser(user).setPath("team/app").setClientAddress("192.0.2.1")).build());
        call.send(GitRequest.newBuilder().setData(ByteString.copyFromUtf8("0011command=fetch0001" + options
            + "0031want " + head + "0008done0000")).build());
        call.halfClose();
        return call;
    }

    private Turn takeTheOnlyTurn(String who) throws Exception {
        return turns.walks().await(new Claimant(REPO, new Lane(Lane.Kind.PEOPLE, who), ""), who, NOBODY);
    }

    private void awaitWaiting(int count) {
        Awaitility.await().atMost(LONG).until(() -> turns.walks().waiting() == count);
    }

    @Test
    void oneCloneOvertakesTheFortyOfAnotherUser() throws Exception {
        List<ClientCall> alices = new ArrayList<>();
        ClientCall bobs;
        Future<Turn> carols;
        try (Turn held = takeTheOnlyTurn("x")) {
            for (int i = 1; i <= FORTY; i++) {
                alices.add(clone("alice", ""));
            }
            awaitWaiting(FORTY);
            bobs = clone("bob", "");
            awaitWaiting(FORTY + 1);

            ClientCall oneTooMany = clone("alice", "");
            assertThat(oneTooMany.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(oneTooMany.status().getDescription()).isEqualTo("this node lets 40 requests of one user wait at"
                + " once (work.user-queue-max), and so many of yours do; let some finish, then try again");
            assertThat(oneTooMany.text()).isEmpty();
            Awaitility.await().atMost(LONG).untilAsserted(() ->
                assertThat(bobs.text()).contains("packfile", "\2queued, position 2 "));
            carols = threads.submit(() -> takeTheOnlyTurn("carol"));
            awaitWaiting(FORTY + 2);
        }
        try (Turn third = carols.get()) { // as long as she has it, no more clones are made than those before hers
            bobs.status();
            assertThat(turns.walks().waiting()).as("all of alice's but the first").isEqualTo(FORTY - 1);
        }
        assertThat(bobs.status().getCode()).isEqualTo(Status.Code.OK);
        assertThat(bobs.text()).contains("queued, done.", "PACK");
        assertThat(bobs.exit()).isZero();
        for (ClientCall alice : alices) {
            assertThat(alice.status().getCode()).isEqualTo(Status.Code.OK);
            assertThat(alice.text()).contains("PACK");
        }
    }

    @Test
    void whoWantsNoProgressIsNotToldThatHeWaits() throws Exception {
        ClientCall quiet;
        try (Turn held = takeTheOnlyTurn("x")) {
            quiet = clone("alice", QUIET);
            Awaitility.await().atMost(LONG).untilAsserted(() ->
                assertThat(quiet.text()).contains("packfile", "0005\1"));
        }
        assertThat(quiet.status().getCode()).isEqualTo(Status.Code.OK);
        assertThat(quiet.text()).contains("PACK").doesNotContain("queued");
    }

    @Test
    void whoIsGoneDoesNotWait() throws Exception {
        try (Turn held = takeTheOnlyTurn("x")) {
            ClientCall gone = clone("alice", "");
            awaitWaiting(1);
            gone.cancel();
            awaitWaiting(0);
        }
    }
}
