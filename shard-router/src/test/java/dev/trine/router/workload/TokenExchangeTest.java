package dev.trine.router.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.answer.Refusal.Reason;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.AccessToken.Kind;
import dev.trine.router.metadata.AccessToken.Wanted;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.Right;
import dev.trine.router.metadata.Rights;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a JWT whose signature is good gives, and what its bearer is told when it gives nothing. */
@Timeout(60)
class TokenExchangeTest {
    @TempDir
    private Path directory;
    private Exchanges exchanges;

    @BeforeEach
    void start() throws Exception {
        exchanges = new Exchanges(directory);
    }

    @AfterEach
    void stop() {
        exchanges.close();
    }

    private Credential credential(String jwt) {
        return exchanges.metadata.tokens().credential(exchanges.issued(jwt).secret().hash()).orElseThrow();
    }

    private void refused(Consumer<JWTClaimsSet.Builder> change, Reason reason, String text) throws Exception {
        Refusal refusal = exchanges.refused(exchanges.jwt(change));
        assertThat(refusal.text()).isEqualTo(text);
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(exchanges.metadata.tokens().list(Optional.empty())).isEmpty();
    }

    private Date in(Duration time) {
        return Date.from(exchanges.clock.instant().plus(time));
    }

    @Test
    void aJobGetsTheRightsAndTheLifeOfTheRuleThatTakesItsClaims() throws Exception {
        TokenExchange.Issued issued = exchanges.issued(exchanges.jwt(claims -> { }));
        assertThat(issued.secret().text()).matches("trine_wkl_[0-9A-Za-z]{49}");
        assertThat(issued.life()).isEqualTo(Duration.ofMinutes(15));
        Credential credential = exchanges.metadata.tokens().credential(issued.secret().hash()).orElseThrow();
        assertThat(credential.name()).isEqualTo("workload " + exchanges.issuer.name()
            + " repo:acme/app:ref:refs/heads/main");
        assertThat(credential.rights().each())
            .containsExactly(new Right(new Scope("ci/acme/app"), AccessRole.WRITER));
        assertThat(credential.api()).isFalse();
        assertThat(credential.expires()).contains(exchanges.clock.instant().plus(Duration.ofMinutes(15)));
        assertThat(credential.user()).isEmpty();
        exchanges.clock.forward(Duration.ofMinutes(15));
        assertThat(exchanges.metadata.tokens().credential(issued.secret().hash())).isEmpty();
    }

    @Test
    void theSameJwtMayBeShownAgain() throws Exception {
        String jwt = exchanges.jwt(claims -> { });
        assertThat(exchanges.issued(jwt).secret().text()).isNotEqualTo(exchanges.issued(jwt).secret().text());
    }

    @Test
    void severalRulesThatHoldGiveAllTheirRightsAndTheShortestLife() throws Exception {
        exchanges.with(exchanges.issuer(Optional.empty(), List.of(), Exchanges.MAIN,
            new Rule(Map.of("repository", "acme/**"), AccessRole.READER, List.of("libs", "ci/acme/app"),
                Duration.ofMinutes(5)),
            new Rule(Map.of("repository", "other/*"), AccessRole.MAINTAINER, List.of("*"), Duration.ofMinutes(1))));
        Credential credential = credential(exchanges.jwt(claims -> { }));
        assertThat(credential.rights().each()).containsExactly(
            new Right(new Scope("ci/acme/app"), AccessRole.WRITER), new Right(new Scope("libs"), AccessRole.READER));
        assertThat(credential.expires()).contains(exchanges.clock.instant().plus(Duration.ofMinutes(5)));
    }

    @Test
    void whatIsWrongWithTheTokenIsSaid() throws Exception {
        refused(claims -> claims.audience("somebody-else"), Reason.MALFORMED, "the subject token is not accepted: it is"
            + " made for the audience 'somebody-else' (claim aud), and not for this cluster; ask the issuer for one"
            + " with the audience that the cluster's operator names");
        refused(claims -> claims.subject(null), Reason.MALFORMED,
            "the subject token is not accepted: it has no claim sub");
        refused(claims -> claims.expirationTime(null), Reason.MALFORMED,
            "the subject token is not accepted: it has no claim exp");
        refused(claims -> claims.issueTime(null), Reason.MALFORMED,
            "the subject token is not accepted: it has no claim iat");
        refused(claims -> claims.expirationTime(in(Duration.ofSeconds(-60))), Reason.MALFORMED, "the subject token is"
            + " not accepted: it expired at 2026-11-22T07:59:00Z (claim exp); ask the issuer for a new one");
        refused(claims -> claims.issueTime(in(Duration.ofSeconds(-3661))), Reason.MALFORMED, "the subject token is not"
            + " accepted: it was made at 2026-11-22T06:58:59Z (claim iat), and is too old here (token-age-max); ask the"
            + " issuer for a new one");
        refused(claims -> claims.issueTime(in(Duration.ofSeconds(61))), Reason.MALFORMED, "the subject token is not"
            + " accepted: it begins to work at 2026-11-22T08:01:01Z (claims iat, nbf), which is in the future here;"
            + " look at the clocks");
        refused(claims -> claims.notBeforeTime(in(Duration.ofSeconds(61))), Reason.MALFORMED, "the subject token is not"
            + " accepted: it begins to work at 2026-11-22T08:01:01Z (claims iat, nbf), which is in the future here;"
            + " look at the clocks");
    }

    @Test
    void clocksMayDifferByAMinute() throws Exception {
        exchanges.issued(exchanges.jwt(claims -> claims.expirationTime(in(Duration.ofSeconds(-59)))));
        exchanges.issued(exchanges.jwt(claims -> claims.issueTime(in(Duration.ofSeconds(60)))));
        exchanges.issued(exchanges.jwt(claims -> claims.issueTime(in(Duration.ofSeconds(-3660)))));
        exchanges.issued(exchanges.jwt(claims -> claims.notBeforeTime(in(Duration.ofSeconds(60)))));
    }

    @Test
    void claimsThatAreInTheWayOfTheNearestRuleAreSaidAndNothingOfTheRule() throws Exception {
        String start = "no rule of this cluster gives anything to the subject token; the nearest does not take ";
        String end = "; ask the cluster's operator for a rule (workload.issuers)";
        refused(claims -> claims.claim("ref", "refs/heads/x\u001b[1m"), Reason.FORBIDDEN,
            start + "its claim ref 'refs/heads/x?[1m'" + end);
        refused(claims -> claims.claim("ref", null).claim("repository", "evil/acme/app"), Reason.FORBIDDEN,
            start + "its claim ref, which it lacks and its claim repository 'evil/acme/app'" + end);
        refused(claims -> claims.claim("ref", List.of("refs/heads/main")), Reason.FORBIDDEN,
            start + "its claim ref, which it lacks" + end);
    }

    @Test
    void aClaimThatCannotBeAPartOfAPathGivesNothing() throws Exception {
        exchanges.with(exchanges.issuer(Optional.empty(), List.of(), new Rule(Map.of("repository", "**"),
            AccessRole.WRITER, List.of("{repository}"), Duration.ofMinutes(1))));
        for (String value : List.of("*", "..", "acme/../secret", "a b", "/acme", "acme/", "", "acme.git",
            "a/b/c/d/e/f/g/h/i")) {
            refused(claims -> claims.claim("repository", value), Reason.FORBIDDEN, "the claim repository of this token"
                + " is '" + value + "', which cannot be a part of a repository's path");
        }
    }

    @Test
    void aWorkloadHasAThousandTokensAtMost() throws Exception {
        String name = exchanges.issued(exchanges.jwt(claims -> { })).name();
        Wanted wanted = new Wanted(Kind.WORKLOAD, name, Rights.NONE, false, Optional.of(
            exchanges.clock.instant().plusSeconds(60)));
        for (int i = 1; i < 1000; i++) {
            exchanges.metadata.tokens().addForWorkload(Sha256.of(ByteBuffer.allocate(4).putInt(i).array()), wanted);
        }
        Refusal refusal = exchanges.refused(exchanges.jwt(claims -> { }));
        assertThat(refusal.reason()).isEqualTo(Reason.AWAY);
        assertThat(refusal.text()).isEqualTo("this workload has 1000 tokens that work, the limit here; use one for a"
            + " whole job, or try again when some have ended");
        exchanges.issued(exchanges.jwt(claims -> claims.subject("another")));
        exchanges.clock.forward(Duration.ofSeconds(60));
        exchanges.issued(exchanges.jwt(claims -> { }));
    }

    @Test
    void aRouterExchangesFiftyTokensAtOnceAtMost() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        exchanges.issuer.giveNoKeysBefore(leave);
        String jwt = exchanges.jwt(claims -> { });
        BlockingQueue<Answer<TokenExchange.Issued>> ends = new LinkedBlockingQueue<>();
        try (ExecutorService jobs = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 53; i++) {
                jobs.submit(() -> ends.add(exchanges.answer(jwt)));
            }
            try {
                for (int i = 0; i < 3; i++) {
                    assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo(Answer.refuse(Refusal.away(
                        "this router exchanges 50 tokens already, its limit; try again in a moment")));
                }
            } finally {
                leave.countDown();
            }
        }
        assertThat(ends).hasSize(50);
    }

    @Test
    void rulesThatGiveMorePathsThanACredentialHoldsGiveNothing() throws Exception {
        Rule[] rules = IntStream.range(0, 11).mapToObj(at -> new Rule(Map.of("ref", "refs/heads/main"),
            AccessRole.READER, IntStream.range(0, 10).mapToObj(path -> "g" + at + "/p" + path).toList(),
            Duration.ofMinutes(1))).toArray(Rule[]::new);
        exchanges.with(exchanges.issuer(Optional.empty(), List.of(), rules));
        refused(claims -> { }, Reason.FORBIDDEN, "the rules of this cluster give the subject token more than 100 paths,"
            + " the limit; ask the cluster's operator to name groups instead");
    }

    @Test
    void tokensAreDeletedAnHourAfterTheirEnd() throws Exception {
        exchanges.issued(exchanges.jwt(claims -> { }));
        try (WorkloadSweep sweep = new WorkloadSweep(exchanges.metadata, exchanges.clock)) {
            exchanges.clock.forward(Duration.ofMinutes(75));
            assertThat(sweep.runOnce()).isZero();
            exchanges.clock.forward(Duration.ofMillis(1));
            assertThat(sweep.runOnce()).isEqualTo(1);
        }
        assertThat(exchanges.metadata.tokens().list(Optional.empty())).isEmpty();
    }

    @Test
    void aNameIsPrintableAndShortAndDifferentForDifferentWorkloads() {
        assertThat(WorkloadName.of("https://ci.example", "a b")).isEqualTo("workload ci.example a b");
        assertThat(WorkloadName.of("https://ci.example", "a\u001b")).matches("workload ci.example a\\? [0-9a-f]{16}")
            .isNotEqualTo(WorkloadName.of("https://ci.example", "a\u0000"));
        assertThat(WorkloadName.of("https://ci.example", "x".repeat(255))).hasSize(200)
            .isNotEqualTo(WorkloadName.of("https://ci.example", "x".repeat(256)));
    }
}
