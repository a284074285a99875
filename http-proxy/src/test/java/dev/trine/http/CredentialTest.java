package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTokenIsBearerOrTheBasicPasswordOfAnyUser() {
        assertThat(Credential.token(Optional.of("Bearer t1"))).contains("t1");
        assertThat(Credential.token(Optional.of("bearer  t1 "))).contains("t1");
        assertThat(Credential.token(Optional.of(basic("anybody:t:1")))).contains("t:1");
        assertThat(Credential.token(Optional.of(basic(":t1").replace("Basic", "BASIC")))).contains("t1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Digest x", "Basic !!!", "Basic", "t1", "BearerX t1"})
    void anythingElseIsNone(String header) {
        assertThat(Credential.token(Optional.of(header))).isEmpty();
    }

    @Test
    void neitherIsAnEmptyPasswordNorALongHeader() {
        assertThat(Credential.token(Optional.empty())).isEmpty();
        assertThat(Credential.token(Optional.of(basic("user:")))).isEmpty();
        assertThat(Credential.token(Optional.of(basic("user")))).isEmpty();
        assertThat(Credential.token(Optional.of("Bearer " + "x".repeat(3000)))).isEmpty();
    }
}
