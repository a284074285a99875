package dev.trine.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.live.LiveValues;
import dev.trine.common.model.RepoId;
import dev.trine.server.admission.Claimant;
import dev.trine.server.hosting.Lane;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each bound on calls refuses in a sentence that names it and its setting, and leaves room for others. */
class AdmissionTest {
    private static Claimant person(String name, int repo, String address) {
        return new Claimant(new RepoId(String.format("%032x", repo)), new Lane(Lane.Kind.PEOPLE, name), address);
    }

    private static Claimant anonymous(String address) {
        return new Claimant(new RepoId("f".repeat(32)), new Lane(Lane.Kind.ANONYMOUS, address), address);
    }

    private static Admission admission(int all, int ofRepository, int ofUser, int ofAddress, int ofAnonymous) {
        return new Admission(
            new TransportLimits(Duration.ofMinutes(1), all, ofRepository, ofUser, ofAddress, ofAnonymous));
    }

    private static void refused(Admission admission, Claimant who, Status.Code code, String why) {
        Status status = admission.enter(who).orElseThrow();
        assertThat(status.getCode()).isEqualTo(code);
        assertThat(status.getDescription()).isEqualTo(why);
    }

    @Test
    void aNodeThatServesItsLimitSendsOthersElsewhere() {
        Admission admission = admission(1, 9, 9, 9, 9);
        assertThat(admission.enter(person("alice", 1, "a"))).isEmpty();
        refused(admission, person("bob", 2, "b"), Status.Code.UNAVAILABLE,
            "this node serves 1 Git calls already, its limit (clients.calls-max); try again in a moment");
        admission.leave(person("alice", 1, "a"));
        assertThat(admission.enter(person("bob", 2, "b"))).isEmpty();
    }

    @Test
    void aBoundThatIsRaisedLiveLetsMoreInAndOneThatIsLoweredLetsNobodyOut() {
        TransportLimits limits = new TransportLimits(Duration.ofMinutes(1), 1, 9, 9, 9, 9);
        Admission admission = new Admission(limits);
        assertThat(admission.enter(person("alice", 1, "a"))).isEmpty();
        assertThat(admission.enter(person("bob", 2, "b"))).isPresent();
        admission.limit(limits.with(new LiveValues(1, Map.of("clients.calls-max", "2"))));
        assertThat(admission.enter(person("bob", 2, "b"))).isEmpty();
        admission.limit(limits.with(new LiveValues(2, Map.of("clients.calls-max", "1"))));
        refused(admission, person("carol", 3, "c"), Status.Code.UNAVAILABLE,
            "this node serves 1 Git calls already, its limit (clients.calls-max); try again in a moment");
        admission.leave(person("alice", 1, "a"));
        assertThat(admission.enter(person("carol", 3, "c"))).isPresent();
        admission.leave(person("bob", 2, "b"));
        assertThat(admission.enter(person("carol", 3, "c"))).isEmpty();
        admission.limit(limits.with(new LiveValues(3, Map.of("clients.calls-max", "9", "clients.user-calls-max", "1",
            "clients.repository-calls-max", "1", "clients.address-calls-max", "1",
            "clients.anonymous-calls-max", "0"))));
        refused(admission, anonymous("x"), Status.Code.RESOURCE_EXHAUSTED, "this node serves 0 calls without sign-in"
            + " already, its limit (clients.anonymous-calls-max); sign in, or try again in a moment");
        assertThat(admission.enter(person("carol", 4, "d")).orElseThrow().getDescription()).contains("user-calls-max");
        assertThat(admission.enter(person("dave", 3, "d")).orElseThrow().getDescription())
            .contains("repository-calls-max");
        assertThat(admission.enter(person("dave", 4, "c")).orElseThrow().getDescription())
            .contains("address-calls-max");
        assertThat(admission.enter(person("dave", 4, "d"))).isEmpty();
    }

    @Test
    void oneRepositoryDoesNotTakeAllCalls() {
        Admission admission = admission(9, 1, 9, 9, 9);
        assertThat(admission.enter(person("alice", 1, "a"))).isEmpty();
        refused(admission, person("bob", 1, "b"), Status.Code.RESOURCE_EXHAUSTED, "this node serves 1 calls for this"
            + " repository already, its limit (clients.repository-calls-max); try again in a moment");
        assertThat(admission.enter(person("bob", 2, "b"))).isEmpty();
        admission.leave(person("alice", 1, "a"));
        assertThat(admission.enter(person("bob", 1, "b"))).isEmpty();
    }

    @Test
    void oneUserDoesNotTakeAllCalls() {
        Admission admission = admission(9, 9, 1, 9, 9);
        assertThat(admission.enter(person("alice", 1, "a"))).isEmpty();
        refused(admission, person("alice", 2, "b"), Status.Code.RESOURCE_EXHAUSTED, "this node serves 1 calls of yours"
            + " already, its limit for one user (clients.user-calls-max); try again in a moment");
        assertThat(admission.enter(person("bob", 1, "a"))).isEmpty();
        admission.leave(person("alice", 1, "a"));
        assertThat(admission.enter(person("alice", 2, "b"))).isEmpty();
    }

    @Test
    void oneAddressDoesNotTakeAllCalls() {
        Admission admission = admission(9, 9, 9, 1, 9);
        assertThat(admission.enter(person("alice", 1, "a"))).isEmpty();
        refused(admission, person("bob", 2, "a"), Status.Code.RESOURCE_EXHAUSTED, "this node serves 1 calls from your"
            + " address already, its limit (clients.address-calls-max); try again in a moment");
        assertThat(admission.enter(person("bob", 2, "b"))).isEmpty();
        assertThat(admission.enter(person("carol", 3, ""))).isEmpty();
        assertThat(admission.enter(person("dave", 3, ""))).isEmpty();
        admission.leave(person("alice", 1, "a"));
        assertThat(admission.enter(person("bob", 2, "a"))).isEmpty();
    }

    @Test
    void whoDoesNotSignInLeavesCallsToThoseWhoDo() {
        Admission admission = admission(9, 9, 1, 9, 2);
        assertThat(admission.enter(anonymous("a"))).isEmpty();
        assertThat(admission.enter(anonymous("a"))).isEmpty();
        refusedWithoutSignIn(admission);
        assertThat(admission.enter(person("alice", 1, "a"))).isEmpty();
        admission.leave(anonymous("a"));
        assertThat(admission.enter(anonymous("b"))).isEmpty();
        refusedWithoutSignIn(admission);
    }

    private static void refusedWithoutSignIn(Admission admission) {
        refused(admission, anonymous("b"), Status.Code.RESOURCE_EXHAUSTED, "this node serves 2 calls without sign-in"
            + " already, its limit (clients.anonymous-calls-max); sign in, or try again in a moment");
    }
}
