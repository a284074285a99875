package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.Told;
import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.config.ByteSize;
import dev.trine.common.model.RequestId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.proto.Credential;
import dev.trine.proto.GitOpen;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GitRelayTest {
    private static final ByteSize WINDOW = new ByteSize(1 << 19);
    private static final Duration RECHECK = Duration.ofMillis(50);
    /** A wait that ends because of this does not end within a test. */
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final User ALICE = new User("alice", Credential.newBuilder().setName("key 1").setUserId(5).build());
    private static final String LS_REFS = "0014command=ls-refs\n0001000bsymrefs0000";

    @TempDir
    private Path dir;
    private FakeCluster cluster;
    private RpcChannels channels;
    private BulkConnections bulk;
    private final Told audit = new Told();
    private GitRelay relay;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster(dir, 3);
        cluster.host("g/r", FakeCluster.bareRepository(dir.resolve("r.git")));
        channels = new RpcChannels(cluster.security());
        bulk = new BulkConnections(cluster.security());
        relay = relay(3, LONG, LONG);
    }

    private GitRelay relay(int attemptsMax, Duration nodeAnswerMax, Duration idleMax) {
        return new GitRelay(new RouterClient(channels.to(cluster.router()), LONG), channels, bulk,
            new RelaySettings(LONG, attemptsMax, nodeAnswerMax, idleMax, WINDOW, RECHECK, 0, 0), audit);
    }

    @AfterEach
    void stop() throws Exception {
        channels.close();
        cluster.close();
    }

    private static GitExchange exchange(GitProgram program, GitOpen.Framing framing, String path) {
        return new GitExchange(program, path, ALICE, framing, "version=2", "127.0.0.1:5",
            new RequestId("r1"));
    }

    private static GitExchange lsRefs() {
        return exchange(GitProgram.UPLOAD_PACK, GitOpen.Framing.STATELESS, "/g/r.git");
    }

    private static GitExchange advertisement() {
        return exchange(GitProgram.UPLOAD_PACK, GitOpen.Framing.ADVERTISE, "g/r");
    }

    @Test
    void theAuditIsToldOfEveryExchangeAndMayKeepItFromBeginning() throws IOException {
        relay.relay(lsRefs(), new Client(LS_REFS));
        relay.relay(exchange(GitProgram.UPLOAD_PACK, GitOpen.Framing.STATELESS, "g/none"), new Client(""));
        assertThat(audit.events()).extracting(event -> event.action() + " " + event.result() + " " + event.why())
            .containsExactly("FETCH OK ", "FETCH REFUSED there is no repository 'g/none' for you");
        assertThat(audit.events().getFirst().traffic().orElseThrow().bytesIn()).isEqualTo(LS_REFS.length());
        assertThat(audit.events().getFirst().traffic().orElseThrow().bytesOut()).isPositive();
        assertThat(audit.events().getFirst().repository().orElseThrow().id()).isEqualTo("0".repeat(32));
        int asked = cluster.asked().size();
        audit.refuse("the audit is full");
        assertThat(relay.relay(lsRefs(), new Client(LS_REFS)))
            .isEqualTo(new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, "the audit is full")));
        assertThat(cluster.asked()).hasSize(asked);
        assertThat(audit.events().getLast().action()).isEqualTo(AuditAction.FETCH);
    }

    @Test
    void anAdvertisementComesFromTheNodeThatTheRouterNames() throws IOException {
        Client client = new Client("");
        assertThat(relay.relay(advertisement(), client)).isEqualTo(new Relayed.Served(0));
        assertThat(client.text()).startsWith("000eversion 2\n").endsWith("0000");
        assertThat(cluster.node("n1").opened()).singleElement().satisfies(open -> {
            assertThat(open.getUser()).isEqualTo("alice");
            assertThat(open.getReadPoint().getGeneration()).isEqualTo(7);
            assertThat(open.getClientAddress()).isEqualTo("127.0.0.1:5");
        });
    }

    @Test
    void aNodeThatRefusesIsAvoidedAndWhatTheClientSaidIsSentToTheNext() throws IOException {
        cluster.node("n1").refuseAfter(1, Status.FAILED_PRECONDITION.withDescription("behind"));
        cluster.node("n2").refuse(Status.UNAVAILABLE.withDescription("stopping"));
        Client client = new Client(LS_REFS);
        assertThat(relay.relay(lsRefs(), client)).isEqualTo(new Relayed.Served(0));
        assertThat(client.text()).isEqualTo("0000");
        assertThat(cluster.asked()).extracting(request -> List.copyOf(request.getAvoidList()))
            .containsExactly(List.of(), List.of("n1"), List.of("n1", "n2"));
    }

    @Test
    void aPushThatANodeBrokeOffKeepsItsIdAndTheNextNodeLearnsThatItMayBeUnderWay() throws IOException {
        cluster.node("n1").refuseAfter(1, Status.FAILED_PRECONDITION.withDescription("behind"));
        cluster.node("n2").refuseAfter(1, Status.UNAVAILABLE);
        cluster.node("n3").refuseAfter(1, Status.UNAVAILABLE.withDescription("stopping"));
        Relayed outcome = relay.relay(exchange(GitProgram.RECEIVE_PACK, GitOpen.Framing.STATELESS, "g/r"),
            new Client("0000"));
        List<GitOpen> opened = Stream.of("n1", "n2", "n3").flatMap(name -> cluster.node(name).opened().stream())
            .toList();
        assertThat(opened).extracting(GitOpen::getSentBefore).containsExactly(false, false, true);
        assertThat(opened).extracting(GitOpen::getPushId).containsOnly(opened.getFirst().getPushId());
        assertThat(outcome).isEqualTo(new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, "stopping; push "
            + opened.getFirst().getPushId() + " may still take effect: fetch before pushing again")));
    }

    @Test
    void aPushThatTheNextNodeHasNoTurnForMayStillBeUnderWayAtTheFirst() throws IOException {
        cluster.node("n1").refuseAfter(1, Status.UNAVAILABLE);
        cluster.node("n2").refuseAfter(1, Status.RESOURCE_EXHAUSTED.withDescription("no turn came free"));
        Relayed outcome = relay.relay(exchange(GitProgram.RECEIVE_PACK, GitOpen.Framing.STATELESS, "g/r"),
            new Client("0000"));
        assertThat(outcome).isEqualTo(new Relayed.Refused(new Refusal(Refusal.Kind.OVER_LIMIT, "no turn came free;"
            + " push " + cluster.node("n1").opened().getFirst().getPushId()
            + " may still take effect: fetch before pushing again")));
    }

    @Test
    void nodesAreTriedABoundedNumberOfTimes() throws IOException {
        cluster.node("n1").refuse(Status.UNAVAILABLE.withDescription("n1 is stopping"));
        cluster.node("n2").refuse(Status.UNAVAILABLE.withDescription("n2 is stopping"));
        cluster.node("n3").refuse(Status.UNAVAILABLE.withDescription("n3 is stopping"));
        Client client = new Client("");
        assertThat(relay.relay(advertisement(), client))
            .isEqualTo(new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, "n3 is stopping")));
        assertThat(client.text()).isEmpty();
        assertThat(cluster.asked()).hasSize(3);
    }

    @Test
    void aNodeThatIsSilentWhereItShouldAdvertiseIsAvoided() throws IOException {
        cluster.node("n1").fallSilent();
        Client client = new Client("");
        GitRelay hasty = relay(3, Duration.ofSeconds(3), LONG);
        assertThat(hasty.relay(advertisement(), client)).isEqualTo(new Relayed.Served(0));
        assertThat(cluster.node("n2").opened()).hasSize(1);
    }

    @Test
    void aNodeThatFallsSilentInTheMiddleIsGivenUp() throws IOException {
        cluster.node("n1").fallSilent();
        GitRelay hasty = relay(1, LONG, Duration.ofMillis(300));
        assertThat(hasty.relay(lsRefs(), new Client(LS_REFS))).isEqualTo(new Relayed.Refused(
            new Refusal(Refusal.Kind.UNAVAILABLE, "node n1 does not answer; try again")));
    }

    @Test
    void aNodeThatTakesNothingOfWhatWasKeptForItIsGivenUp() throws IOException {
        cluster.node("n1").refuseAfter(50, Status.UNAVAILABLE.withDescription("stopping"));
        cluster.node("n2").fallSilent();
        cluster.node("n3").refuse(Status.RESOURCE_EXHAUSTED.withDescription("full"));
        GitRelay hasty = relay(3, LONG, Duration.ofSeconds(5)); // which n3 has to refuse in, too
        assertThat(hasty.relay(lsRefs(), new Client("x".repeat(1_900_000))))
            .isEqualTo(new Relayed.Refused(new Refusal(Refusal.Kind.OVER_LIMIT, "full")));
    }

    @Test
    void anExchangeOfAUserWhoIsSuspendedIsBrokenOff() throws IOException {
        cluster.node("n1").fallSilent();
        cluster.suspend(ALICE.credential().getUserId());
        assertThat(relay.relay(lsRefs(), new Client(LS_REFS))).isEqualTo(new Relayed.Refused(new Refusal(
            Refusal.Kind.DENIED,
            "your account was suspended, or your credential has expired; ask an administrator")));
    }

    @Test
    void whatTheClientSaidIsNotKeptBeyondABound() throws IOException {
        cluster.node("n1").refuseAfter(100, Status.UNAVAILABLE.withDescription("too late"));
        Client client = new Client("x".repeat(4 << 20));
        assertThat(relay.relay(lsRefs(), client))
            .isEqualTo(new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, "too late")));
        assertThat(cluster.asked()).hasSize(1);
    }

    @Test
    void whatTheRouterRefusesIsRefusedWithItsSentence() throws IOException {
        assertThat(relay.relay(exchange(GitProgram.UPLOAD_PACK, GitOpen.Framing.ADVERTISE, "g/none"), new Client("")))
            .isEqualTo(new Relayed.Refused(
                new Refusal(Refusal.Kind.NOT_FOUND, "there is no repository 'g/none' for you")));
        cluster.denyWrites(ALICE.credential().getUserId(), Status.PERMISSION_DENIED
            .withDescription("you may read g/r but not write"));
        assertThat(relay.relay(exchange(GitProgram.RECEIVE_PACK, GitOpen.Framing.ADVERTISE, "g/r"), new Client("")))
            .isEqualTo(new Relayed.Refused(new Refusal(Refusal.Kind.DENIED, "you may read g/r but not write")));
        assertThat(relay.relay(exchange(GitProgram.UPLOAD_PACK, GitOpen.Framing.ADVERTISE, "g/" + "x".repeat(600)),
            new Client(""))).isEqualTo(new Relayed.Refused(
                new Refusal(Refusal.Kind.MALFORMED, "a repository path has at most 512 bytes")));
    }

    @Test
    void theExitStatusAndTheMessagesOfTheProgramArePassedOn() throws IOException {
        Client client = new Client("0009bogus");
        assertThat(relay.relay(lsRefs(), client)).isEqualTo(new Relayed.Served(128));
        assertThat(client.messages.toString(StandardCharsets.UTF_8)).contains("fatal: ");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatBreaksAwayEndsTheProgramOnTheNode(boolean hasHeard) {
        AtomicReference<Client> client = new AtomicReference<>();
        client.set(new Client(new InputStream() {
            @Override
            public int read() throws IOException {
                while (hasHeard && !client.get().text().endsWith("0000")) {
                    Thread.yield();
                }
                throw new IOException("connection reset");
            }
        }));
        assertThatThrownBy(() -> relay.relay(exchange(GitProgram.UPLOAD_PACK, GitOpen.Framing.DUPLEX, "g/r"),
            client.get())).hasMessage("connection reset");
        while (cluster.node("n1").running() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aClientWhoseBytesAreNonsenseEndsTheProgramOnTheNode() throws Exception {
        InputStream nonsense = new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("no chunk");
            }
        };
        assertThatThrownBy(() -> relay.relay(exchange(GitProgram.UPLOAD_PACK, GitOpen.Framing.DUPLEX, "g/r"),
            new Client(nonsense))).isInstanceOf(IOException.class).hasMessageContaining("no chunk");
        while (cluster.node("n1").running() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void bytesThatComeOneByOneAreNotKeptBeyondTheBoundEither() throws IOException {
        cluster.node("n1").refuseAfter(15_000, Status.UNAVAILABLE.withDescription("too late"));
        Client client = new Client(new ByteArrayInputStream(new byte[20_000]) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1));
            }
        });
        assertThat(relay.relay(lsRefs(), client))
            .isEqualTo(new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, "too late")));
        assertThat(cluster.asked()).hasSize(1);
    }

    @Test
    void anInterruptedRelayEndsTheProgramOnTheNode() throws Exception {
        PipedOutputStream clientSide = new PipedOutputStream();
        Client client = new Client(new PipedInputStream(clientSide));
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                relay.relay(exchange(GitProgram.UPLOAD_PACK, GitOpen.Framing.DUPLEX, "g/r"), client);
            } catch (IOException expected) {
                client.out.writeBytes("interrupted".getBytes(StandardCharsets.US_ASCII));
            }
        });
        while (!client.text().endsWith("0000")) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
        assertThat(client.text()).endsWith("interrupted");
        while (cluster.node("n1").running() > 0) {
            Thread.onSpinWait();
        }
    }

    private static final class Client implements ClientEnd {
        private final InputStream in;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

        Client(String request) {
            this(new ByteArrayInputStream(request.getBytes(StandardCharsets.US_ASCII)));
        }

        Client(InputStream in) {
            this.in = in;
        }

        String text() {
            return out.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream accept(Route route) {
            return out;
        }

        @Override
        public OutputStream messages() {
            return messages;
        }

        @Override
        public Duration drainMax() {
            return Duration.ZERO;
        }
    }
}
