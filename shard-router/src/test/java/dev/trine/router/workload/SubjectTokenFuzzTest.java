package dev.trine.router.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.Base64URL;
import dev.trine.router.answer.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Signature;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a JWT, good signature or not, its bearer gets an answer and the router fails nowhere. */
@Timeout(120)
class SubjectTokenFuzzTest {
    private static final List<String> HEADERS = List.of("alg", "kid", "typ", "cty", "crit", "jwk", "jku", "x5u", "x5t",
        "x5t#S256", "x5c", "b64", "nonce");
    private static final List<String> CLAIMS = List.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "repository",
        "ref");
    private static final List<String> VALUES = List.of("null", "true", "0", "-1", "1e400", "9223372036854775807",
        "99999999999999999999", "1.5", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "\"RS256\"", "\"none\"", "[]",
        "[null]", "[1]", "[\"x\"]", "[\"b64\"]", "{}", "{\"kty\":\"EC\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", "{\"kty\":\"RSA\",\"n\":\"AA\",\"e\":\"AQ\"}",
        "{\"kty\":\"oct\",\"k\":\"AA\"}", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}", "[[[[[[[[]]]]]]]]",
        "\"https://x\"", "\":\"");

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

    private String signed(String header, String claims) throws Exception {
        String signed = Base64URL.encode(header) + "." + Base64URL.encode(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(exchanges.key.toRSAPrivateKey());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + Base64URL.encode(signature.sign());
    }

    private String claims() {
        return exchanges.claims().build().toString();
    }

    /** The object, with that value at the end: in place of another, or beside it, as parsers take it. */
    private static String with(String object, String name, String value, boolean first) {
        String member = "\"" + name + "\":" + value;
        return first ? "{" + member + "," + object.substring(1)
            : object.substring(0, object.length() - 1) + "," + member + "}";
    }

    private void answered(String jwt) {
        assertThat(exchanges.answer(jwt)).as(jwt).isNotNull();
    }

    @Test
    void anyValueAtAnyPlaceIsAnswered() throws Exception {
        for (boolean first : List.of(true, false)) {
            for (String value : VALUES) {
                for (String name : HEADERS) {
                    answered(signed(with("{\"alg\":\"RS256\",\"kid\":\"k1\"}", name, value, first), claims()));
                    answered(signed("{\"" + name + "\":" + value + "}", claims()));
                }
                for (String name : CLAIMS) {
                    answered(signed("{\"alg\":\"RS256\"}", with(claims(), name, value, first)));
                    answered(signed("{\"alg\":\"RS256\"}", "{\"iss\":\"" + exchanges.issuer.name() + "\",\"" + name
                        + "\":" + value + "}"));
                }
            }
        }
    }

    @Test
    void whatIsNestedDeeplyIsAnswered() throws Exception {
        String deep = "[".repeat(5_000);
        for (String text : List.of(deep, deep + "]".repeat(5_000), "{\"a\":".repeat(2_000))) {
            assertThat(exchanges.refused(signed(text, claims())).reason()).isEqualTo(Reason.MALFORMED);
            assertThat(exchanges.refused(signed("{\"alg\":\"RS256\"}", text)).reason()).isEqualTo(Reason.MALFORMED);
        }
    }
}
