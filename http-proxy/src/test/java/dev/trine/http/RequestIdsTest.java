package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
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
    private static final String NONE = "/g/none/info/refs?service=git-upload-pack";
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @TempDir
    private Path dir;
    private Door door;
    private HttpProxy proxy;

    @BeforeEach
    void start() throws Exception {
        door = new Door(dir);
        proxy = door.usual();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        door.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return Door.get(proxy, path, headers);
    }

    private static String idOf(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Request-Id").orElseThrow();
    }

    private String idAtTheNode() {
        return door.cluster().node("n1").opened().getLast().getRequestId();
    }

    @Test
    void anIdThatTheClientChoseIsEchoedToldAndPassedOn() throws Exception {
        assertThat(idOf(get(Door.REFS, "X-Request-Id", "build-4711/3"))).isEqualTo("build-4711/3");
        assertThat(idAtTheNode()).isEqualTo("build-4711/3");
        assertThat(get(NONE, "X-Request-Id", "build-4711/4").body())
            .isEqualTo("trine: there is no repository 'g/none' for you (request build-4711/4)\n");
    }

    @Test
    void whoChoosesNoneGetsOneOfOurs() throws Exception {
        String first = idOf(get(Door.REFS, "Accept", "*/*"));
        assertThat(first).matches("[0-9a-f]{16}").isEqualTo(idAtTheNode());
        assertThat(idOf(get(Door.REFS, "Accept", "*/*"))).matches("[0-9a-f]{16}").isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "quo\"te", "<script>", "",
        "1234567890123456789012345678901234567890123456789012345678901234X"})
    void oneThatIsNotFitForALogIsReplaced(String id) throws Exception {
        assertThat(idOf(get(Door.REFS, "X-Request-Id", id))).matches("[0-9a-f]{16}").isEqualTo(idAtTheNode());
    }

    @Test
    void aTraceGoesAlongToRouterAndNode() throws Exception {
        get(Door.REFS, "traceparent", TRACE);
        assertThat(door.cluster().traces())
            .containsExactly("Identify " + TRACE, "Route " + TRACE, "UploadPack " + TRACE);
    }

    @Test
    void whatIsNoTraceIsDroppedAndANewOneBegins() throws Exception {
        assertThat(get(Door.REFS, "traceparent", "00-rubbish").statusCode()).isEqualTo(200);
        assertThat(get(Door.REFS, "traceparent", TRACE, "traceparent", TRACE).statusCode()).isEqualTo(200);
        List<String> traces = door.cluster().traces();
        assertThat(traces).hasSize(6).allMatch(trace ->
            trace.matches("(Identify|Route|UploadPack) 00-[0-9a-f]{32}-[0-9a-f]{16}-00"));
        assertThat(traces.stream().map(trace -> trace.split(" ")[1]).distinct()).hasSize(2).doesNotContain(TRACE);
    }

    @Test
    void whoSendsNoTraceHasNone() throws Exception {
        get(Door.REFS, "tracestate", "a=1");
        assertThat(door.cluster().traces()).isEmpty();
    }
}
