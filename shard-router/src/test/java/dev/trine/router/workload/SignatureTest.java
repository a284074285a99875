package dev.trine.router.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
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
        key = exchanges.key;
    }

    @AfterEach
    void stop() {
        exchanges.close();
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
        String good = exchanges.signedBy(key);
        notAccepted(good.substring(0, good.lastIndexOf('.') + 1));
        notAccepted(new PlainJWT(exchanges.claims().build()).serialize());
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
        notAccepted(exchanges.signedBy(TestIssuer.rsa("k1")));
        String good = exchanges.signedBy(key);
        String[] other = exchanges.jwt(claims -> claims.claim("repository", "acme/other")).split("\\.");
        notAccepted(good.substring(0, good.indexOf('.')) + "." + other[1] + good.substring(good.lastIndexOf('.')));
    }

    @Test
    void anotherIssuersTokenIsNotBelieved() throws Exception {
        notAccepted(exchanges.jwt(claims -> claims.issuer("https://evil.example")));
        notAccepted(exchanges.jwt(claims -> claims.issuer(null)));
    }

    @Test
    void aPublicKeyIsNoSharedSecret() throws Exception {
        byte[] secret = key.toRSAPublicKey().getEncoded();
        notAccepted(exchanges.signedBy(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
            new MACSigner(secret)));
    }

    @Test
    void whatIsNotAllowedIsNotAcceptedThoughTheSignatureIsGood() throws Exception {
        String pss = exchanges.signedBy(new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("k1").build(),
            new RSASSASigner(key));
        notAccepted(pss);
        exchanges.with(exchanges.issuer(Optional.empty(), List.of(SignatureAlgorithm.PS256), Exchanges.MAIN));
        exchanges.issued(pss);
        notAccepted(exchanges.signedBy(key));
        exchanges.with(exchanges.issuer(Optional.empty(), List.of(), Exchanges.MAIN));
        notAccepted(exchanges.signedBy(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").criticalParams(Set.of("x"))
                .customParam("x", 1).build(), new RSASSASigner(key)));
    }

    @Test
    void aKeyThatIsTooShortIsNoKey() throws Exception {
        RSAKey small = new RSAKeyGenerator(1024, true).keyID("small").generate();
        exchanges.issuer.publish(small);
        notAccepted(exchanges.signedBy(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("small").build(),
            new RSASSASigner(small.toPrivateKey(), true)));
    }

    @Test
    void aKeyOfAnotherKindIsNotTakenForTheOneThatIsNamed() throws Exception {
        ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("k2").generate();
        ECKey p384 = new ECKeyGenerator(Curve.P_384).keyID("k3").generate();
        exchanges.issuer.publish(key, ec, p384);
        exchanges.issued(exchanges.signedBy(ec));
        notAccepted(exchanges.signedBy(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k2").build(),
            new RSASSASigner(key)));
        notAccepted(exchanges.signedBy(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k3").build(),
            new RSASSASigner(key)));
        exchanges.issued(exchanges.signedBy(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), new RSASSASigner(key)));
    }

    @Test
    void aKeyThatIsForEncryptionSignsNothing() throws Exception {
        exchanges.issuer.publish(new RSAKey.Builder(key).keyUse(KeyUse.ENCRYPTION).build());
        notAccepted(exchanges.signedBy(key));
    }

    private String ed25519(KeyPair pair, String header) throws Exception {
        String signed = Base64URL.encode(header) + "." + Base64URL.encode(exchanges.claims().build().toString());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + Base64URL.encode(signature.sign());
    }

    @Test
    void ed25519IsServed() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        exchanges.issuer.publish(new OctetKeyPair.Builder(Curve.Ed25519,
            Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))).keyID("e").build());
        for (String name : List.of("EdDSA", "Ed25519")) {
            String good = ed25519(pair, "{\"alg\":\"" + name + "\",\"kid\":\"e\"}");
            exchanges.issued(good);
            String signed = good.substring(0, good.lastIndexOf('.') + 1);
            byte[] signature = new Base64URL(good.substring(signed.length())).decode();
            signature[3] ^= 1;
            notAccepted(signed + Base64URL.encode(signature));
            notAccepted(signed + Base64URL.encode(new byte[3]));
        }
        notAccepted(ed25519(pair, "{\"alg\":\"EdDSA\",\"kid\":\"e\",\"crit\":[\"x\"],\"x\":1}"));
    }

    @Test
    void aNewKeyIsAskedForAtOnceAndAnOldOneIsForgottenLater() throws Exception {
        exchanges.issued(exchanges.signedBy(key));
        RSAKey next = TestIssuer.rsa("k2");
        exchanges.issuer.publish(next);
        exchanges.issued(exchanges.signedBy(key));
        assertThat(exchanges.issuer.asked()).isEqualTo(1);
        exchanges.issued(exchanges.signedBy(next));
        assertThat(exchanges.issuer.asked()).isEqualTo(2);
        notAccepted(exchanges.signedBy(key));
    }

    @Test
    void aKeyThatWasTakenBackIsForgottenWithoutANewOne() throws Exception {
        exchanges.issued(exchanges.signedBy(key));
        exchanges.issuer.publish();
        exchanges.issued(exchanges.signedBy(key));
        exchanges.clock.forward(Duration.ofMinutes(5));
        notAccepted(exchanges.signedBy(key));
    }

    @Test
    void strangersCannotHaveTheIssuerAskedMoreThanTwiceInHalfAMinute() throws Exception {
        exchanges.issued(exchanges.signedBy(key));
        for (int i = 0; i < 10; i++) {
            notAccepted(exchanges.signedBy(new RSAKey.Builder(key).keyID("k" + (i + 10)).build()));
        }
        assertThat(exchanges.issuer.asked()).isEqualTo(2);
        exchanges.clock.forward(IssuerKeys.ASKED_TWICE_MIN);
        exchanges.issued(exchanges.signedBy(key));
        notAccepted(exchanges.signedBy(new RSAKey.Builder(key).keyID("k9").build()));
        assertThat(exchanges.issuer.asked()).isEqualTo(3);
    }

    @Test
    void oldKeysServeForABoundedTimeWhileTheIssuerIsAway() throws Exception {
        exchanges.issued(exchanges.signedBy(key));
        exchanges.issuer.answerWith(500);
        exchanges.clock.forward(Duration.ofHours(3));
        exchanges.issued(exchanges.signedBy(key));
        notAccepted(exchanges.signedBy(TestIssuer.rsa("k2")));
        exchanges.clock.forward(Duration.ofHours(1).plusSeconds(1));
        assertThat(exchanges.refused(exchanges.signedBy(key))).isEqualTo(Refusal.away("the keys that would show"
            + " whether the subject token is good cannot be had now; try again in half a minute"));
        exchanges.issuer.answerWith(200);
        exchanges.issued(exchanges.signedBy(key));
    }

    @Test
    void keysThatCannotBeHadAreNoReasonToBelieve() throws Exception {
        for (String document : List.of("", "{}", "x".repeat(BoundedGet.BYTES_MAX + 1))) {
            exchanges.with(exchanges.issuer(Optional.empty(), List.of(), Exchanges.MAIN));
            exchanges.issuer.publish(document);
            assertThat(exchanges.refused(exchanges.signedBy(key)).reason()).as(document.substring(0, Math.min(9,
                document.length()))).isEqualTo(Reason.AWAY);
        }
    }

    @Test
    void keysMayLieInAFileThatIsReadAgain() throws Exception {
        Path file = directory.resolve("keys.json");
        Files.writeString(file, new JWKSet(key).toString());
        exchanges.with(exchanges.issuer(Optional.of(file), List.of(), Exchanges.MAIN));
        exchanges.issued(exchanges.signedBy(key));
        RSAKey next = TestIssuer.rsa("k2");
        Files.writeString(file, new JWKSet(next.toPublicJWK()).toString());
        exchanges.issued(exchanges.signedBy(next));
        assertThat(exchanges.issuer.asked()).isZero();
    }
}
