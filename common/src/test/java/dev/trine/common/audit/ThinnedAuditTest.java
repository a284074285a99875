package dev.trine.common.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThinnedAuditTest {
    private static final String CLIENT = "203.0.113.9:4711";

    private final AtomicLong nanos = new AtomicLong();
    private final Told told = new Told();
    private final ThinnedAudit audit = new ThinnedAudit(told, nanos::get);

    private static AuditActor alice() {
        return new AuditActor("alice", 5, "token 7", CLIENT, "http");
    }

    private static AuditActor nobody(String client) {
        return AuditActor.unknown(client, "http");
    }

    private void record(int times, AuditAction action, AuditResult result, AuditActor actor) {
        for (int i = 0; i < times; i++) {
            audit.record(new AuditEvent(action, result, actor).because("no"));
        }
    }

    private List<String> reasons() {
        return told.events().stream().map(AuditEvent::why).toList();
    }

    @Test
    void ofRefusalsOfNobodyTenAMinuteAreToldAndThenHowManyWereNot() {
        record(25, AuditAction.FETCH, AuditResult.REFUSED, nobody(CLIENT));
        assertThat(reasons()).hasSize(10).containsOnly("no");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        record(1, AuditAction.PUSH, AuditResult.REFUSED, nobody("203.0.113.9:4712"));
        assertThat(reasons()).hasSize(11).last()
            .isEqualTo("no (16 requests of nobody from there were refused since the last such line)");
    }

    @Test
    void whatElseIsRefusedHidesNoBadSignIn() {
        record(25, AuditAction.FETCH, AuditResult.REFUSED, nobody(CLIENT));
        record(75, AuditAction.SIGN_IN, AuditResult.REFUSED, new AuditActor("", 0, "a token", CLIENT, "http"));
        assertThat(told.events()).filteredOn(event -> event.action() == AuditAction.SIGN_IN).hasSize(60);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        record(1, AuditAction.SIGN_IN, AuditResult.REFUSED, nobody(CLIENT));
        assertThat(reasons()).last()
            .isEqualTo("no (16 sign-ins from there were refused since the last such line)");
    }

    @Test
    void anotherAddressIsToldOf() {
        record(25, AuditAction.FETCH, AuditResult.REFUSED, nobody(CLIENT));
        record(1, AuditAction.FETCH, AuditResult.REFUSED, nobody("203.0.113.10:4711"));
        assertThat(told.events()).hasSize(11);
    }

    @Test
    void whoHasSignedInAndWhatIsNotRefusedIsToldOfEachTime() {
        record(25, AuditAction.FETCH, AuditResult.REFUSED, alice());
        record(25, AuditAction.FETCH, AuditResult.OK, nobody(CLIENT));
        record(25, AuditAction.FETCH, AuditResult.BROKEN, nobody(CLIENT));
        assertThat(reasons()).hasSize(75).containsOnly("no");
    }

    @Test
    void anAuditThatIsFullRefusesHere() {
        told.refuse("it is full");
        assertThat(audit.refusal()).contains("it is full");
    }
}
