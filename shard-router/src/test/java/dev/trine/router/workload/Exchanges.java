package dev.trine.router.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.trine.common.lifecycle.StartException;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.fixture.SettableClock;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An exchange on an embedded database, with a clock that stands still, and an issuer that publishes one key. */
final class Exchanges implements AutoCloseable {
    static final Rule MAIN = new Rule(Map.of("repository", "acme/*", "ref", "refs/heads/main"), AccessRole.WRITER,
        List.of("ci/{repository}"), Duration.ofMinutes(15));

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T08:00:00Z"));
    final TestIssuer issuer;
    /** The issuer's, "k1". */
    final RSAKey key;
    final Metadata metadata;
    private TokenExchange exchange;

    Exchanges(Path directory) throws Exception {
        this(directory, new TestIssuer());
    }

    Exchanges(Path directory, TestIssuer issuer) throws Exception {
        this.issuer = issuer;
        key = TestIssuer.rsa("k1");
        issuer.publish(key);
        metadata = Metadata.open(new MetadataConfig(MetadataConfig.embedded(directory), "trine", Optional.empty(), 4,
            Duration.ofMinutes(1), Duration.ofMinutes(1)), clock);
        metadata.migrate();
        exchange = with(issuer(Optional.empty(), List.of(), MAIN));
    }

    /** The issuer with its keys in a file, or found by discovery. */
    IssuerConfig issuer(Optional<Path> keys, List<SignatureAlgorithm> algorithms, Rule... rules) {
        return new IssuerConfig(issuer.name(), TestIssuer.AUDIENCE, keys, Optional.empty(), true, algorithms,
            Duration.ofHours(1), Duration.ofMinutes(5), Duration.ofHours(4), List.of(rules));
    }

    /** Starts afresh, as a router would that trusts that issuer. */
    TokenExchange with(IssuerConfig config) throws StartException {
        return with(Optional.empty(), config);
    }

    /** The same, which believes certificates of that authority, too. */
    TokenExchange with(Optional<Path> authority, IssuerConfig config) throws StartException {
        if (exchange != null) {
            exchange.close();
        }
        exchange = new TokenExchange(new WorkloadConfig(authority, List.of(config)), metadata, clock);
        return exchange;
    }

    /** What the issuer says of a job of main in acme/app, just now. */
    JWTClaimsSet.Builder claims() {
        return issuer.claims(clock.instant());
    }

    /** A JWT of the issuer that says that but for a change. */
    String jwt(Consumer<JWTClaimsSet.Builder> change) throws JOSEException {
        JWTClaimsSet.Builder claims = claims();
        change.accept(claims);
        return TestIssuer.sign(key, claims);
    }

    /** One that says the same, but is signed by another key. */
    String signedBy(JWK signer) throws JOSEException {
        return TestIssuer.sign(signer, claims());
    }

    /** One that says the same, signed in that way. */
    String signedBy(JWSHeader header, JWSSigner signer) throws JOSEException {
        return TestIssuer.sign(header, signer, claims());
    }

    Answer<TokenExchange.Issued> answer(String jwt) {
        return exchange.exchange(jwt, "192.0.2.7:1");
    }

    TokenExchange.Issued issued(String jwt) {
        Answer<TokenExchange.Issued> answer = answer(jwt);
        assertThat(answer).isInstanceOf(Answer.Given.class);
        return ((Answer.Given<TokenExchange.Issued>) answer).value();
    }

    Refusal refused(String jwt) {
        Answer<TokenExchange.Issued> answer = answer(jwt);
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused<TokenExchange.Issued>) answer).why();
    }

    @Override
    public void close() {
        exchange.close();
        metadata.close();
        issuer.close();
    }
}
