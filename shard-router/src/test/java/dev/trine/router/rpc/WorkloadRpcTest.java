package dev.trine.router.rpc;

import static dev.trine.proto.Operation.READ;
import static dev.trine.proto.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.RSAKey;
import dev.trine.common.config.ConfigException;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.EndedRequest;
import dev.trine.proto.ExchangeTokenReply;
import dev.trine.proto.ExchangeTokenRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.Identity;
import dev.trine.proto.ListTokensRequest;
import dev.trine.proto.RevokeTokenRequest;
import dev.trine.proto.Right;
import dev.trine.proto.Token;
import dev.trine.proto.TokenKind;
import dev.trine.router.fixture.DatabaseServer;
import dev.trine.router.fixture.TestRouter;
import dev.trine.router.workload.TestIssuer;
import java.nio.file.Path;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A CI job's JWT and what comes of it, as a proxy meets it. */
@Timeout(120)
class WorkloadRpcTest {
    @TempDir
    private Path directory;
    private TestIssuer issuer;
    private RSAKey key;
    private TestRouter router;

    @BeforeEach
    void start() throws Exception {
        issuer = new TestIssuer();
        key = TestIssuer.rsa("k1");
        issuer.publish(key);
        router = TestRouter.start(directory, settings());
        router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("ci/acme/app").build());
        router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("ci/acme/other").build());
    }

    private String settings() {
        return """
            workload:
              issuers:
                - issuer: %s
                  audience: trine
                  http-on-loopback: true
                  rules:
                    - {claims: {repository: acme/*, ref: refs/heads/main}, role: writer, paths: ["ci/{repository}"]}
            """.formatted(issuer.name());
    }

    @AfterEach
    void close() throws Exception {
        router.close();
        issuer.close();
    }

    private ExchangeTokenReply exchange() throws Exception {
        return router.router().exchangeToken(ExchangeTokenRequest.newBuilder().setClientAddress("192.0.2.7:1")
            .setSubjectToken(TestIssuer.sign(key, issuer.claims(Instant.now()))).build());
    }

    private static void refused(String beginning, ThrowingCallable call) {
        assertThatThrownBy(call).hasMessageStartingWith(beginning);
    }

    @Test
    void aJobActsForItselfWhereItsRuleLetsItUntilAnAdministratorRevokesItsToken() throws Exception {
        ExchangeTokenReply reply = exchange();
        assertThat(reply.getLifeSeconds()).isEqualTo(900);
        Identity job = router.identify(reply.getSecret());
        assertThat(job.getUserId()).isZero();
        assertThat(job.getUser()).isEqualTo(reply.getName())
            .isEqualTo("workload " + issuer.name() + " repo:acme/app:ref:refs/heads/main");
        assertThat(job.getCredential().getUserId()).isZero();
        assertThat(job.getCredential().getExpiresMs()).isPositive();
        assertThat(router.route("ci/acme/app", job, WRITE).getPath()).isEqualTo("ci/acme/app");
        refused("NOT_FOUND", () -> router.route("ci/acme/other", job, READ));
        refused("PERMISSION_DENIED: the access token is for Git only", () -> router.adminAs(reply.getSecret())
            .listTokens(ListTokensRequest.getDefaultInstance()));
        Token token = router.admin().listTokens(ListTokensRequest.newBuilder().setPath("ci/acme/app").build())
            .getTokens(0);
        assertThat(token.getKind()).isEqualTo(TokenKind.WORKLOAD);
        assertThat(token.getUser()).isEmpty();
        assertThat(token.getLabel()).isEqualTo(job.getUser());
        router.admin().revokeToken(RevokeTokenRequest.newBuilder().setId(token.getId()).build());
        refused("NOT_FOUND", () -> router.identify(reply.getSecret()));
    }

    @Test
    void aTokenThatHasEndedIsAmongThoseThatProxiesBreakOff() throws Exception {
        Identity job = router.identify(exchange().getSecret());
        EndedRequest asked = EndedRequest.newBuilder().addCredentials(job.getCredential())
            .addCredentials(job.getCredential().toBuilder().setExpiresMs(Instant.now().toEpochMilli())).build();
        assertThat(router.router().ended(asked).getEndedList()).containsExactly(1);
    }

    @Test
    void nobodyMakesSuchATokenByHand() throws Exception {
        refused("INVALID_ARGUMENT: a workload's token is had by exchange only, see workload.issuers of the router",
            () -> router.admin().createToken(CreateTokenRequest.newBuilder().setUser("admin")
                .setKind(TokenKind.WORKLOAD).addRights(Right.newBuilder().setPath("ci").setRole(GrantRole.READER))
                .build()));
    }

    @Test
    void refusalsHaveTheirStatus() throws Exception {
        refused("INVALID_ARGUMENT: the subject token is not accepted", () -> router.router().exchangeToken(
            ExchangeTokenRequest.newBuilder().setSubjectToken("x").build()));
        refused("PERMISSION_DENIED: no rule of this cluster gives anything", () -> router.router().exchangeToken(
            ExchangeTokenRequest.newBuilder().setSubjectToken(TestIssuer.sign(key, issuer.claims(Instant.now())
                .claim("ref", "refs/heads/evil"))).build()));
        issuer.close();
        router.stop();
        TestRouter again = router.with(settings());
        again.startAgain();
        refused("UNAVAILABLE: the keys that would show whether the subject token is good cannot be had now",
            () -> again.router().exchangeToken(ExchangeTokenRequest.newBuilder()
                .setSubjectToken(TestIssuer.sign(key, issuer.claims(Instant.now()))).build()));
        again.stop();
        TestRouter without = router.with("");
        without.startAgain();
        refused("NOT_FOUND: this cluster exchanges no tokens; its operator can name an issuer in workload.issuers",
            () -> without.router().exchangeToken(ExchangeTokenRequest.newBuilder().setSubjectToken("x").build()));
        without.stop();
    }

    @Test
    void withoutTheDatabaseNoTokenIsMadeAndThoseThatWereMadeWork() throws Exception {
        router.stop();
        Path place = directory.resolve("mariadb");
        try (DatabaseServer database = DatabaseServer.mariaDb(place)) {
            TestRouter away = router.with(settings() + """
                metadata: {url: "%s", user: root, patience: 2s, answer-max: 30s}
                cache: {fresh-for: 1ms, age-max: 1h}
                """.formatted(database.freshDatabase()));
            away.startAgain();
            ExchangeTokenRequest asked = ExchangeTokenRequest.newBuilder()
                .setSubjectToken(TestIssuer.sign(key, issuer.claims(Instant.now()))).build();
            Identity job = away.identify(away.router().exchangeToken(asked).getSecret());
            String secret = away.router().exchangeToken(asked).getSecret();
            assertThat(away.identify(secret).getUser()).isEqualTo(job.getUser());
            database.kill();
            refused("UNAVAILABLE: the metadata database at", () -> away.router().exchangeToken(asked));
            assertThat(away.identify(secret).getUser()).isEqualTo(job.getUser());
            away.stop();
        }
    }

    @Test
    void aRuleThatWouldGiveTooMuchIsNoRule() {
        for (String[] rule : new String[][] {
            {"{claims: {}, role: writer, paths: [a]}", "a rule has 1 to 20 claims, else everybody"},
            {"{claims: {a: b}, role: administrator, paths: [a]}", "a workload is at most maintainer"},
            {"{claims: {a: b}, role: writer, paths: [\"ci/{c}\"]}", "path ci/{c} uses the claim c, for which claims"},
            {"{claims: {a: b}, role: writer, paths: [\"../{a}\"]}", "'../x' is not a group, a repository"},
            {"{claims: {a: b}, role: writer, paths: [a], life: 2h}", "life is 1m to 1h"}}) {
            TestRouter bad = router.with("workload: {issuers: [{issuer: \"https://ci\", audience: t, rules: [" + rule[0]
                + "]}]}");
            assertThatThrownBy(bad::startAgain).isInstanceOf(ConfigException.class)
                .hasMessageContaining("workload.issuers[0].rules[0]: ").hasMessageContaining(rule[1]);
        }
    }

    @Test
    void keysAreFetchedInASafeWayOnly() {
        for (String line : new String[] {"issuer: \"http://ci.example\"", "issuer: x, jwks-url: \"http://ci.example/k\"",
            "issuer: \"http://127.0.0.1:1\"", "issuer: \"http://ci.example\", http-on-loopback: true"}) {
            TestRouter bad = router.with("workload: {issuers: [{" + line + ", audience: t, rules: [{claims: {a: b},"
                + " role: reader, paths: [a]}]}]}");
            assertThatThrownBy(bad::startAgain).isInstanceOf(ConfigException.class)
                .hasMessageContaining("it must begin with https://, so that nobody on the way can replace them");
        }
    }
}
