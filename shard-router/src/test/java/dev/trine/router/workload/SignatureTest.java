package dev.trine.router.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.PlainJWT;
import dev.trine.router.answer.Refusal;
import dev.trine.router.answer.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which signatures count, and where keys come from. */
@Timeout(60)
class SignatureTest {
    @TempDir
    private Path directory;
    private Exchanges exchanges;
    private RSAKey key;

    @BeforeEach
    void start() throws Exception {
        exchanges = new Exchanges(directory);
        key = TestIssuer.rsa("k1");
        exchanges.issuer.publish(key);
    }

    @AfterEach
    void stop() {
        exchanges.close();
    }

    private String signedBy(com.nimbusds.jose.jwk.JWK signer) throws Exception {
        return TestIssuer.sign(signer, exchanges.issuer.claims(exchanges.clock.instant()));
    }

    /** Whatever is wrong, a stranger hears the same. */
    private void notAccepted(String jwt) {
        assertThat(exchanges.refused(jwt)).isEqualTo(new Refusal(Reason.MALFORMED, "the subject token is not accepted:"
            + " it is no JWT that an issuer which this cluster trusts has signed with one of its keys, in a way that is"
            + " allowed; the router's log says more"));
    }

    @Test
    void whatIsNoJwtIsNotAccepted() throws Exception {
        for (String text : List.of("", "x", "..", "a.b.c", "e30.e30.e30", "{}", "\u0000.\u0000.\u0000")) {
            notAccepted(text);
        }
        String good = signedBy(key);
        notAccepted(good.substring(0, good.lastIndexOf('.') + 1));
        notAccepted(new PlainJWT(exchanges.issuer.claims(exchanges.clock.instant()).build()).serialize());
        notAccepted(Base64URL.encode("{\"alg\":\"none\"}") + good.substring(good.indexOf('.')));
        notAccepted(Base64URL.encode("[".repeat(9000)) + ".e30.e30");
        exchanges.issued(good);
    }

    @Test
    void aTokenThatIsHugeIsNotEvenRead() {
        assertThat(exchanges.refused("a".repeat(16_385)).text())
            .isEqualTo("the subject token is longer than 16384 characters, the limit here");
        assertThat(exchanges.issuer.asked()).isZero();
    }

    @Test
    void anotherKeyOfTheSameNameIsNotBelieved() throws Exception {
        notAccepted(signedBy(TestIssuer.rsa("k1")));
        String good = signedBy(key);
        String[] other = TestIssuer.sign(key, exchanges.issuer.claims(exchanges.clock.instant())
            .claim("repository", "acme/other")).split("\\.");
        notAccepted(good.substring(0, good.indexOf('.')) + "." + other[1] + good.substring(good.lastIndexOf('.')));
    }

    @Test
    void anotherIssuersTokenIsNotBelieved() throws Exception {
        notAccepted(TestIssuer.sign(key, exchanges.issuer.claims(exchanges.clock.instant())
            .issuer("https://evil.example")));
        notAccepted(TestIssuer.sign(key, exchanges.issuer.claims(exchanges.clock.instant()).issuer(null)));
    }

    @Test
    void aPublicKeyIsNoSharedSecret() throws Exception {
        byte[] secret = key.toRSAPublicKey().getEncoded();
        notAccepted(TestIssuer.sign(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
            new MACSigner(secret), exchanges.issuer.claims(exchanges.clock.instant())));
    }

    @Test
    void whatIsNotAllowedIsNotAcceptedThoughTheSignatureIsGood() throws Exception {
        String pss = TestIssuer.sign(new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("k1").build(),
            new RSASSASigner(key), exchanges.issuer.claims(exchanges.clock.instant()));
        notAccepted(pss);
        exchanges.with(exchanges.issuer(Optional.empty(), List.of(SignatureAlgorithm.PS256), Exchanges.MAIN));
        exchanges.issued(pss);
        notAccepted(signedBy(key));
        exchanges.with(exchanges.issuer(Optional.empty(), List.of(), Exchanges.MAIN));
        notAccepted(TestIssuer.sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").criticalParams(Set.of("x"))
                .customParam("x", 1).build(), new RSASSASigner(key),
            exchanges.issuer.claims(exchanges.clock.instant())));
    }

    @Test
    void aKeyThatIsTooShortIsNoKey() throws Exception {
        RSAKey small = new RSAKeyGenerator(1024, true).keyID("small").generate();
        exchanges.issuer.publish(small);
        notAccepted(TestIssuer.sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("small").build(),
            new RSASSASigner(small.toPrivateKey(), true), exchanges.issuer.claims(exchanges.clock.instant())));
    }

    @Test
    void aKeyOfAnotherKindIsNotTakenForTheOneThatIsNamed() throws Exception {
        ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("k2").generate();
        ECKey p384 = new ECKeyGenerator(Curve.P_384).keyID("k3").generate();
        exchanges.issuer.publish(key, ec, p384);
        exchanges.issued(signedBy(ec));
        notAccepted(TestIssuer.sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k2").build(),
            new RSASSASigner(key), exchanges.issuer.claims(exchanges.clock.instant())));
        notAccepted(TestIssuer.sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k3").build(),
            new RSASSASigner(key), exchanges.issuer.claims(exchanges.clock.instant())));
        exchanges.issued(TestIssuer.sign(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), new RSASSASigner(key),
            exchanges.issuer.claims(exchanges.clock.instant())));
    }

    @Test
    void ed25519IsServed() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        exchanges.issuer.publish(new OctetKeyPair.Builder(Curve.Ed25519,
            Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))).keyID("e").build());
        for (String name : List.of("EdDSA", "Ed25519")) {
            String signed = Base64URL.encode("{\"alg\":\"" + name + "\",\"kid\":\"e\"}") + "." + Base64URL.encode(
                exchanges.issuer.claims(exchanges.clock.instant()).build().toString());
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            byte[] good = signature.sign();
            exchanges.issued(signed + "." + Base64URL.encode(good));
            good[3] ^= 1;
            notAccepted(signed + "." + Base64URL.encode(good));
            notAccepted(signed + "." + Base64URL.encode(new byte[3]));
        }
    }

    @Test
    void aNewKeyIsAskedForAtOnceAndAnOldOneIsForgottenLater() throws Exception {
        exchanges.issued(signedBy(key));
        RSAKey next = TestIssuer.rsa("k2");
        exchanges.issuer.publish(next);
        exchanges.issued(signedBy(key));
        assertThat(exchanges.issuer.asked()).isEqualTo(1);
        exchanges.issued(signedBy(next));
        assertThat(exchanges.issuer.asked()).isEqualTo(2);
        notAccepted(signedBy(key));
    }

    @Test
    void aKeyThatWasTakenBackIsForgottenWithoutANewOne() throws Exception {
        exchanges.issued(signedBy(key));
        exchanges.issuer.publish();
        exchanges.issued(signedBy(key));
        exchanges.clock.forward(Duration.ofMinutes(5));
        notAccepted(signedBy(key));
    }

    @Test
    void strangersCannotHaveTheIssuerAskedMoreThanTwiceInHalfAMinute() throws Exception {
        exchanges.issued(signedBy(key));
        for (int i = 0; i < 10; i++) {
            notAccepted(signedBy(new RSAKey.Builder(key).keyID("k" + (i + 10)).build()));
        }
        assertThat(exchanges.issuer.asked()).isEqualTo(2);
        exchanges.clock.forward(IssuerKeys.ASKED_TWICE_MIN);
        exchanges.issued(signedBy(key));
        notAccepted(signedBy(new RSAKey.Builder(key).keyID("k9").build()));
        assertThat(exchanges.issuer.asked()).isEqualTo(3);
    }

    @Test
    void oldKeysServeForABoundedTimeWhileTheIssuerIsAway() throws Exception {
        exchanges.issued(signedBy(key));
        exchanges.issuer.answerWith(500);
        exchanges.clock.forward(Duration.ofHours(3));
        exchanges.issued(signedBy(key));
        notAccepted(signedBy(TestIssuer.rsa("k2")));
        exchanges.clock.forward(Duration.ofHours(1).plusSeconds(1));
        assertThat(exchanges.refused(signedBy(key))).isEqualTo(Refusal.away("the keys that would show whether the"
            + " subject token is good cannot be had now; try again in half a minute"));
        exchanges.issuer.answerWith(200);
        exchanges.issued(signedBy(key));
    }

    @Test
    void keysThatCannotBeHadAreNoReasonToBelieve() throws Exception {
        for (String document : List.of("", "{}", "x".repeat(BoundedGet.BYTES_MAX + 1))) {
            exchanges.with(exchanges.issuer(Optional.empty(), List.of(), Exchanges.MAIN));
            exchanges.issuer.publish(document);
            assertThat(exchanges.refused(signedBy(key)).reason()).as(document.substring(0, Math.min(9,
                document.length()))).isEqualTo(Reason.AWAY);
        }
    }

    @Test
    void keysMayLieInAFileThatIsReadAgain() throws Exception {
        Path file = directory.resolve("keys.json");
        Files.writeString(file, new JWKSet(key).toString());
        exchanges.with(exchanges.issuer(Optional.of(file), List.of(), Exchanges.MAIN));
        exchanges.issued(signedBy(key));
        RSAKey next = TestIssuer.rsa("k2");
        Files.writeString(file, new JWKSet(next.toPublicJWK()).toString());
        exchanges.issued(signedBy(next));
        assertThat(exchanges.issuer.asked()).isZero();
    }
}
