package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.FakeCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a request is called, from the client to the node and back. */
@Timeout(60)
class RequestIdsTest {
    private static final String REFS = "/g/r/info/refs?service=git-upload-pack";
    private static final String NONE = "/g/none/info/refs?service=git-upload-pack";
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @TempDir
    private Path dir;
    private FakeCluster cluster;
    private HttpProxy proxy;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster(dir, 1);
        cluster.host("g/r", FakeCluster.bareRepository(dir.resolve("r.git")));
        cluster.token("t1", 5, "alice");
        proxy = new Proxies(cluster).usual();
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        proxy.close();
        cluster.close();
    }

    private HttpResponse<String> get(String path, String header, String value) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path))
            .header("Authorization", "Bearer t1").header(header, value).build(),
            HttpResponse.BodyHandlers.ofString());
    }

    private static String idOf(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Request-Id").orElseThrow();
    }

    private String idAtTheNode() {
        return cluster.node("n1").opened().getLast().getRequestId();
    }

    @Test
    void anIdThatTheClientChoseIsEchoedToldAndPassedOn() throws Exception {
        assertThat(idOf(get(REFS, "X-Request-Id", "build-4711/3"))).isEqualTo("build-4711/3");
        assertThat(idAtTheNode()).isEqualTo("build-4711/3");
        assertThat(get(NONE, "X-Request-Id", "build-4711/4").body())
            .isEqualTo("trine: there is no repository 'g/none' for you (request build-4711/4)\n");
    }

    @Test
    void whoChoosesNoneGetsOneOfOurs() throws Exception {
        String first = idOf(get(REFS, "Accept", "*/*"));
        assertThat(first).matches("[0-9a-f]{16}").isEqualTo(idAtTheNode());
        assertThat(idOf(get(REFS, "Accept", "*/*"))).matches("[0-9a-f]{16}").isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "quo\"te", "<script>", "",
        "1234567890123456789012345678901234567890123456789012345678901234X"})
    void oneThatIsNotFitForALogIsReplaced(String id) throws Exception {
        assertThat(idOf(get(REFS, "X-Request-Id", id))).matches("[0-9a-f]{16}").isEqualTo(idAtTheNode());
    }

    @Test
    void aTraceGoesAlongToRouterAndNode() throws Exception {
        get(REFS, "traceparent", TRACE);
        assertThat(cluster.traces())
            .containsExactly("Identify " + TRACE, "Route " + TRACE, "UploadPack " + TRACE);
    }

    @Test
    void whatIsNoTraceGoesNowhere() throws Exception {
        assertThat(get(REFS, "traceparent", "00-rubbish").statusCode()).isEqualTo(200);
        assertThat(cluster.traces()).isEmpty();
    }
}
