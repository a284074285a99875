package dev.trine.router.authorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.common.config.HostPort;
import dev.trine.proto.CheckReply;
import dev.trine.proto.CheckRequest;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.Scope;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What counts of a company's authorizer's answers, for how long, and when it gives none. */
@Timeout(60)
class RemoteAuthorizerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final Asker ANN = new Asker("ann", "token 3", "192.0.2.7");
    private static final Scope APP = new Scope("team/app");
    private static final Answer<String> DONE = Answer.of("done");
    private static final Duration LONG = Duration.ofSeconds(4);

    @TempDir
    private Path directory;
    private FakeAuthorizer company;
    private Authorizer authorizer = Authorizer.NONE;

    @BeforeEach
    void start() throws Exception {
        company = new FakeAuthorizer(directory);
    }

    @AfterEach
    void stop() throws Exception {
        authorizer.close();
        company.close();
    }

    private void with(OnFailure onFailure, Duration timeout, int callsMax, Duration cacheForMax) throws Exception {
        authorizer = RemoteAuthorizer.of(Optional.of(new AuthorizerConfig(new HostPort("127.0.0.1", company.port()),
            Optional.empty(), timeout, callsMax, 1000, cacheForMax, onFailure, Duration.ofHours(1))));
    }

    private void with(OnFailure onFailure) throws Exception {
        with(onFailure, LONG, 64, Duration.ofMinutes(1));
    }

    private Answer<String> ask(Act act) {
        return authorizer.unlessForbidden("done", ANN, APP, act);
    }

    @Test
    void itIsToldWhoWantsWhatWhereAndItsNoCountsWithItsReason() throws Exception {
        with(OnFailure.DENY);
        assertThat(ask(Act.READ)).isEqualTo(DONE);
        assertThat(company.asked()).containsExactly(CheckRequest.newBuilder().setUser("ann").setCredential("token 3")
            .setAddress("192.0.2.7").setPath("team/app").setOperation(CheckRequest.Operation.READ).build());
        company.answers(request -> Optional.of(FakeAuthorizer.denial("not on\u001b[31m Sundays", 0)));
        assertThat(ask(Act.WRITE)).isEqualTo(Answer.refuse(Refusal.forbidden("you may not push to team/app: the"
            + " external authorizer forbids it, because: not on?[31m Sundays")));
        company.answers(request -> Optional.of(FakeAuthorizer.denial("", 0)));
        assertThat(ask(Act.ADMIN)).isEqualTo(Answer.refuse(Refusal.forbidden("you may not administer team/app: the"
            + " external authorizer forbids it; ask who runs it")));
        company.answers(request -> Optional.of(FakeAuthorizer.denial("x".repeat(301), 0)));
        assertThat(((Answer.Refused<String>) ask(Act.READ)).why().text()).endsWith("x".repeat(300) + "…");
        assertThat(authorizer.state()).isEqualTo("ok");
    }

    @Test
    void anAnswerIsKeptAsLongAsItSaysAndTheSettingLets() throws Exception {
        with(OnFailure.DENY);
        ask(Act.READ);
        ask(Act.READ);
        assertThat(company.asked()).hasSize(2);
        company.answers(request -> Optional.of(FakeAuthorizer.denial("no", -1)));
        ask(Act.READ);
        company.answers(request -> Optional.of(FakeAuthorizer.allowance(0)));
        assertThat(ask(Act.READ)).isInstanceOf(Answer.Refused.class);
        assertThat(company.asked()).hasSize(3);
        assertThat(ask(Act.WRITE)).isEqualTo(DONE);
        assertThat(authorizer.unlessForbidden("done", new Asker("ann", "token 3", "192.0.2.8"), APP, Act.READ))
            .isEqualTo(DONE);
        assertThat(company.asked()).hasSize(5);
        authorizer.close();
        with(OnFailure.DENY, LONG, 64, Duration.ZERO);
        company.answers(request -> Optional.of(FakeAuthorizer.allowance(60)));
        ask(Act.READ);
        ask(Act.READ);
        assertThat(company.asked()).hasSize(7);
    }

    /** From now on it answers that, but not before. */
    private void answersAfter(CountDownLatch before, CheckReply reply) {
        company.answers(request -> {
            try {
                before.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Optional.of(reply);
        });
    }

    @Test
    void whoAsksTheSameMeanwhileWaitsForOneCall() throws Exception {
        with(OnFailure.DENY);
        CountDownLatch go = new CountDownLatch(1);
        answersAfter(go, FakeAuthorizer.allowance(60));
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(askers.submit(() -> ask(Act.READ)));
            }
            await().atMost(PATIENCE).until(() -> company.asked().size() == 1);
            go.countDown();
            for (Future<Answer<String>> answer : answers) {
                assertThat(answer.get()).isEqualTo(DONE);
            }
        }
        assertThat(company.asked()).hasSize(1);
    }

    @Test
    void whoGoesAwayBeforeTheAnswerDoesNotMakeItAFailure() throws Exception {
        with(OnFailure.ALLOW);
        CountDownLatch go = new CountDownLatch(1);
        answersAfter(go, FakeAuthorizer.denial("frozen", 0));
        CancellableContext gone = Context.current().withCancellation();
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer<String>> first = askers.submit(gone.wrap(() -> ask(Act.WRITE)));
            await().atMost(PATIENCE).until(() -> company.asked().size() == 1);
            Future<Answer<String>> second = askers.submit(() -> ask(Act.WRITE));
            gone.cancel(null);
            go.countDown();
            assertThat(first.get()).isInstanceOf(Answer.Refused.class);
            assertThat(second.get()).isInstanceOf(Answer.Refused.class);
        }
        assertThat(authorizer.state()).isEqualTo("ok");
    }

    @Test
    void whileItFailsTheSettingDecides() throws Exception {
        company.answers(request -> Optional.empty());
        with(OnFailure.DENY);
        assertThat(ask(Act.READ)).isEqualTo(Answer.refuse(Refusal.away("whether you may read team/app cannot be told:"
            + " the external authorizer fails, INTERNAL out of?paper (authorizer.on-failure: deny); try again in a"
            + " moment")));
        assertThat(authorizer.state()).isEqualTo("the external authorizer at 127.0.0.1:" + company.port()
            + " does not answer: INTERNAL out of?paper");
        authorizer.close();
        with(OnFailure.ALLOW);
        assertThat(ask(Act.READ)).isEqualTo(DONE);
        assertThat(authorizer.state()).contains("does not answer");
        company.answers(request -> Optional.of(FakeAuthorizer.denial("no", 0)));
        assertThat(ask(Act.READ)).isInstanceOf(Answer.Refused.class);
        assertThat(authorizer.state()).isEqualTo("ok");
    }

    @Test
    void itsLastAnswersMayCountWhileItIsAway() throws Exception {
        with(OnFailure.LAST_KNOWN);
        company.forbids("team/app", CheckRequest.Operation.WRITE, "frozen");
        ask(Act.READ);
        ask(Act.WRITE);
        company.stop();
        assertThat(ask(Act.READ)).isEqualTo(DONE);
        assertThat(ask(Act.WRITE)).isEqualTo(Answer.refuse(Refusal.forbidden("you may not push to team/app: the"
            + " external authorizer forbids it, because: frozen")));
        assertThat(((Answer.Refused<String>) ask(Act.ADMIN)).why().text())
            .startsWith("whether you may administer team/app cannot be told: the external authorizer fails, UNAVAIL")
            .endsWith("; it gave no answer to that in the last 60 minutes (authorizer.on-failure: last-known); try"
                + " again in a moment");
        company.startAgain();
        await().atMost(PATIENCE).until(() -> ask(Act.ADMIN).equals(DONE));
        assertThat(authorizer.state()).isEqualTo("ok");
    }

    @Test
    void aReplyWithoutADecisionIsAFailure() throws Exception {
        with(OnFailure.DENY);
        company.answers(request -> Optional.of(CheckReply.getDefaultInstance()));
        assertThat(((Answer.Refused<String>) ask(Act.READ)).why().text()).contains("its reply holds no decision");
        company.answers(request -> Optional.of(CheckReply.newBuilder().setDecisionValue(99).build()));
        assertThat(((Answer.Refused<String>) ask(Act.READ)).why().text()).contains("its reply holds no decision");
    }

    @Test
    void itIsNotWaitedForLongAndQuestionsDoNotPileUp() throws Exception {
        with(OnFailure.DENY, Duration.ofMillis(200), 1, Duration.ofMinutes(1));
        CountDownLatch never = new CountDownLatch(1);
        answersAfter(never, FakeAuthorizer.allowance(0));
        assertThat(((Answer.Refused<String>) ask(Act.READ)).why().text())
            .contains("no answer within 200 ms (authorizer.timeout)");
        authorizer.close();
        with(OnFailure.DENY, Duration.ofMillis(500), 1, Duration.ofMinutes(1));
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Scope other = new Scope("team/app" + i);
                answers.add(askers.submit(() -> authorizer.unlessForbidden("done", ANN, other, Act.READ)));
            }
            List<String> texts = new ArrayList<>();
            for (Future<Answer<String>> answer : answers) {
                texts.add(((Answer.Refused<String>) answer.get()).why().text());
            }
            assertThat(texts).anyMatch(text -> text.contains("1 questions wait for it already (authorizer.calls-max)"));
            assertThat(company.asked()).hasSizeLessThan(10);
        } finally {
            never.countDown();
        }
    }

    @Test
    void anotherMachineIsAskedOverTlsOnly() {
        assertThatThrownBy(() -> new AuthorizerConfig(new HostPort("192.0.2.1", 1), Optional.empty(), LONG, 1, 1, LONG,
            OnFailure.DENY, LONG)).hasMessageContaining("configure tls");
        assertThatThrownBy(() -> new AuthorizerConfig.Tls(Path.of("ca"), Optional.of(Path.of("c")), Optional.empty()))
            .hasMessageContaining("given together");
        assertThatThrownBy(() -> new AuthorizerConfig(new HostPort("127.0.0.1", 1), Optional.empty(),
            Duration.ofSeconds(5), 1, 1, LONG, OnFailure.DENY, LONG)).hasMessageContaining("at most 4s");
    }
}
