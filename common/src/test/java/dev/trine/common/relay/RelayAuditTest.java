package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditResult;
import dev.trine.common.audit.AuditedRef;
import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.RequestId;
import dev.trine.proto.Credential;
import dev.trine.proto.GitDeed;
import dev.trine.proto.GitOpen;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.RefDeed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the audit is told of exchanges, by what the node said of them. */
class RelayAuditTest {
    private static final User ALICE = new User("alice", Credential.newBuilder().setName("key 1").setUserId(5).build());
    private static final RequestId REQUEST = RequestId.chosen("a-request-of-ours").orElseThrow();
    private static final Route ROUTE = new Route(new RepoId("0".repeat(32)), "g/r", new NodeId("n1"),
        new HostPort("127.0.0.1", 1), ReadPoint.getDefaultInstance(), false, List.of());

    private static Witness witness(GitProgram program, GitOpen.Framing framing, User user) {
        return new Witness(new GitExchange(program, "/g/r.git", user, framing, "", "/127.0.0.1:5",
            REQUEST), new Client());
    }

    private static AuditEvent pushed(GitDeed.Builder deed) {
        return witness(GitProgram.RECEIVE_PACK, GitOpen.Framing.DUPLEX, ALICE)
            .event(new Relayed.Served(0, Optional.of(deed.setKind(GitDeed.Kind.PUSH).build())));
    }

    private static RefDeed ref(String result) {
        return RefDeed.newBuilder().setRef("refs/heads/main").setNewId("1".repeat(40)).setResult(result).build();
    }

    @Test
    void aPushIsToldWithItsRefsBytesAndWhoMadeIt() throws IOException {
        Witness witness = witness(GitProgram.RECEIVE_PACK, GitOpen.Framing.DUPLEX, ALICE);
        witness.routed(ROUTE);
        assertThat(witness.in().readAllBytes()).hasSize(3);
        witness.accept(ROUTE).write(new byte[] {1, 2, 3, 4, 5}, 1, 2);
        AuditEvent event = witness.event(new Relayed.Served(0, Optional.of(GitDeed.newBuilder()
            .setKind(GitDeed.Kind.PUSH).addRefs(ref("ok")).setRefsChanged(1).setRefsRefused(2).build())));
        assertThat(event.action()).isEqualTo(AuditAction.PUSH);
        assertThat(event.result()).isEqualTo(AuditResult.OK);
        assertThat(event.actor()).isEqualTo(ALICE.actor("127.0.0.1:5", "ssh"));
        assertThat(event.actor().credential()).isEqualTo("key 1");
        assertThat(event.repository()).contains(new AuditEvent.Place("g/r", "0".repeat(32)));
        assertThat(event.refs()).containsExactly(new AuditedRef("refs/heads/main", "", "1".repeat(40), "ok"));
        assertThat(event.request()).contains("a-request-of-ours");
        assertThat(event.refsMore()).isEqualTo(2);
        assertThat(event.traffic().orElseThrow().bytesIn()).isEqualTo(3);
        assertThat(event.traffic().orElseThrow().bytesOut()).isEqualTo(2);
    }

    @Test
    void aPushOfWhichNothingWasTakenIsARefusal() {
        assertThat(pushed(GitDeed.newBuilder().addRefs(ref("protected ref")).setRefsRefused(1)).result())
            .isEqualTo(AuditResult.REFUSED);
        assertThat(pushed(GitDeed.newBuilder().addRefs(ref("ok")).setRefsChanged(1).setRefsRefused(1)).result())
            .isEqualTo(AuditResult.OK);
    }

    @Test
    void aNodeThatDoesNotSayWhatItDidIsBelievedToHaveDoneWhatWasAsked() {
        assertThat(witness(GitProgram.UPLOAD_PACK, GitOpen.Framing.STATELESS, User.ANONYMOUS)
            .event(new Relayed.Served(0))).satisfies(event -> {
                assertThat(event.action()).isEqualTo(AuditAction.FETCH);
                assertThat(event.actor().name()).isEmpty();
                assertThat(event.actor().credential()).isEmpty();
                assertThat(event.actor().door()).isEqualTo("http");
            });
        assertThat(witness(GitProgram.RECEIVE_PACK, GitOpen.Framing.ADVERTISE, ALICE).event(new Relayed.Served(0))
            .action()).isEqualTo(AuditAction.LIST_REFS);
    }

    @Test
    void whatWasRefusedOrBrokeOffSaysWhyAndWhatWasAskedFor() {
        Witness witness = witness(GitProgram.RECEIVE_PACK, GitOpen.Framing.ADVERTISE, ALICE);
        AuditEvent refused = witness.event(new Relayed.Refused(new Refusal(Refusal.Kind.DENIED, "you may not")));
        assertThat(refused.action()).isEqualTo(AuditAction.PUSH);
        assertThat(refused.result()).isEqualTo(AuditResult.REFUSED);
        assertThat(refused.why()).isEqualTo("you may not");
        assertThat(refused.repository()).contains(new AuditEvent.Place("/g/r.git", ""));
        assertThat(witness.event(new Relayed.Broken("gone")).result()).isEqualTo(AuditResult.BROKEN);
        assertThat(witness.event(new Relayed.Served(128)).because("").result()).isEqualTo(AuditResult.REFUSED);
        assertThat(witness.event(new Relayed.Served(128, Optional.of(GitDeed.newBuilder()
            .setWhy("more than 5 refs").build()))).why()).isEqualTo("more than 5 refs");
    }

    private record Client() implements ClientEnd {
        @Override
        public InputStream in() {
            return new ByteArrayInputStream(new byte[3]);
        }

        @Override
        public OutputStream accept(Route route) {
            return OutputStream.nullOutputStream();
        }

        @Override
        public OutputStream messages() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public Duration drainMax() {
            return Duration.ZERO;
        }
    }
}
