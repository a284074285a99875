package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.FakeCluster;
import io.grpc.Status;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How a CI job asks for an access token, and what it is told. */
@Timeout(60)
class TokenRequestTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

    @TempDir
    private Path dir;
    private Door door;
    private FakeCluster cluster;
    private HttpProxy proxy;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void start() throws Exception {
        door = new Door(dir);
        cluster = door.cluster();
        proxy = door.usual();
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        proxy.close();
        door.close();
    }

    private HttpResponse<String> post(String type, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/-/oidc/token"))
            .header("Content-Type", type).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String... namesAndValues) throws Exception {
        return post(FORM, Stream.iterate(0, i -> i < namesAndValues.length, i -> i + 2).map(i -> namesAndValues[i] + "="
            + URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8)).collect(Collectors.joining("&")));
    }

    private HttpResponse<String> ask() throws Exception {
        return ask("grant_type", GRANT, "subject_token_type", JWT, "subject_token", "a.b.c");
    }

    private static void error(HttpResponse<String> answer, int status, String error, String sentence) {
        JsonNode json = new JsonMapper().readTree(answer.body());
        assertThat(json.path("error_description").asString()).isEqualTo(sentence);
        assertThat(json.path("error").asString()).isEqualTo(error);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void aTokenIsGivenInTheFormOfRfc8693() throws Exception {
        cluster.exchange(Map.of("a.b.c", "trine_wkl_x"));
        HttpResponse<String> answer = ask();
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode json = new JsonMapper().readTree(answer.body());
        assertThat(json.path("access_token").asString()).isEqualTo("trine_wkl_x");
        assertThat(json.path("token_type").asString()).isEqualTo("Bearer");
        assertThat(json.path("expires_in").asInt()).isEqualTo(900);
        assertThat(json.path("issued_token_type").asString())
            .isEqualTo("urn:ietf:params:oauth:token-type:access_token");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(cluster.exchanged().getFirst().getClientAddress()).matches("127.0.0.1:[0-9]+");
        assertThat(ask("grant_type", GRANT, "subject_token_type", "urn:ietf:params:oauth:token-type:id_token",
            "subject_token", "a.b.c", "scope", "unknown things", "audience", "x").statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNotSuchARequestIsRefusedWithoutTheRouter() throws Exception {
        error(ask("grant_type", "password"), 400, "unsupported_grant_type", "trine: grant_type must be " + GRANT);
        error(ask("grant_type", GRANT), 400, "invalid_request", "trine: subject_token_type must be " + JWT
            + " or urn:ietf:params:oauth:token-type:id_token");
        error(ask("grant_type", GRANT, "subject_token_type", JWT), 400, "invalid_request",
            "trine: subject_token is missing: the JWT of the CI job");
        error(ask("grant_type", GRANT, "subject_token_type", JWT, "subject_token", "a", "actor_token", "b"), 400,
            "invalid_request", "trine: nobody acts for another here; leave actor_token out");
        error(ask("grant_type", GRANT, "subject_token_type", JWT, "subject_token", "a", "requested_token_type", JWT),
            400, "invalid_request", "trine: only access tokens are given; leave requested_token_type out");
        String notAForm = "trine: the body is no form with at most 20 parameters, each once";
        error(ask("grant_type", GRANT, "grant_type", GRANT), 400, "invalid_request", notAForm);
        error(post(FORM, "a=%zz"), 400, "invalid_request", notAForm);
        error(post(FORM, Stream.iterate(0, i -> i + 1).limit(21).map(i -> "p" + i + "=1")
            .collect(Collectors.joining("&"))), 400, "invalid_request", notAForm);
        error(post("application/json", "{}"), 415, "invalid_request", "trine: the Content-Type is not " + FORM);
        error(post(FORM, "a=" + "x".repeat(64 * 1024)), 413, "invalid_request",
            "trine: the request is longer than 65536 bytes, the limit here");
        assertThat(cluster.exchanged()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "grant_type="})
    void aFormThatTakesTooLongIsToldSo(String begun) throws Exception {
        try (HttpProxy hasty = door.proxy("limits: {form-for: 200ms}");
             RawClient client = new RawClient(hasty.port())) {
            client.send("POST /-/oidc/token HTTP/1.1\r\nHost: x\r\nContent-Type: " + FORM
                + "\r\nContent-Length: 100\r\n\r\n" + begun);
            assertThat(client.head()).startsWith("HTTP/1.1 408").containsIgnoringCase("Connection: close");
            JsonNode json = new JsonMapper().readTree(client.rest());
            assertThat(json.path("error").asString()).isEqualTo("invalid_request");
            assertThat(json.path("error_description").asString())
                .isEqualTo("trine: the request took longer than 200ms to arrive (limits.form-for)");
            assertThat(cluster.exchanged()).isEmpty();
        }
    }

    @Test
    void aTokenIsAskedForByPostOnly() throws Exception {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port()
            + "/-/oidc/token")).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
        assertThat(answer.body()).startsWith("trine: GET is not served here, only POST (request ");
    }

    @Test
    void theRoutersRefusalIsTold() throws Exception {
        cluster.refuseExchange(Status.INVALID_ARGUMENT.withDescription("it has no claim \"sub\" \u2026"));
        error(ask(), 400, "invalid_request", "trine: it has no claim ?sub? ?");
        cluster.refuseExchange(Status.PERMISSION_DENIED.withDescription("no rule"));
        error(ask(), 400, "invalid_request", "trine: no rule");
        cluster.refuseExchange(Status.NOT_FOUND.withDescription("no issuer"));
        error(ask(), 404, "invalid_request", "trine: no issuer");
        cluster.refuseExchange(Status.UNAVAILABLE.withDescription("the metadata database is away"));
        HttpResponse<String> away = ask();
        error(away, 503, "temporarily_unavailable", "trine: the metadata database is away");
        assertThat(away.headers().firstValue("Retry-After")).contains("30");
        cluster.refuseExchange(Status.RESOURCE_EXHAUSTED.withDescription("too many"));
        error(ask(), 429, "temporarily_unavailable", "trine: too many");
        cluster.refuseExchange(Status.UNIMPLEMENTED);
        error(ask(), 503, "temporarily_unavailable", "trine: the shard router failed: UNIMPLEMENTED");
    }
}
