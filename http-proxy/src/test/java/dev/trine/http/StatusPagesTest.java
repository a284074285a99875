package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What load balancers and operators are told. */
@Timeout(60)
class StatusPagesTest {
    @TempDir
    private Path dir;
    private Door door;

    @BeforeEach
    void start() throws Exception {
        door = new Door(dir);
    }

    @AfterEach
    void stop() throws Exception {
        door.close();
    }

    private HttpResponse<String> get(HttpProxy proxy, String path) throws Exception {
        return Door.get(proxy, path);
    }

    @Test
    void aProxyThatServesIsAliveAndReady() throws Exception {
        try (HttpProxy proxy = door.proxy()) {
            for (String path : new String[] {"/livez", "/readyz", "/healthz"}) {
                assertThat(get(proxy, path).statusCode()).isEqualTo(200);
                assertThat(get(proxy, path).body()).isEqualTo("ok\n");
            }
            try (RawClient client = new RawClient(proxy.port())) {
                assertThat(client.send("POST /readyz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").head())
                    .startsWith("HTTP/1.1 405").contains("Allow: GET, HEAD");
            }
        }
    }

    @Test
    void withoutARouterItIsAliveButNotReady() throws Exception {
        try (HttpProxy proxy = door.proxy("router-recent: 1s")) {
            while (get(proxy, "/readyz").statusCode() != 200) {
                Thread.onSpinWait(); // on a busy machine the answer may be too old when it is looked at
            }
            door.cluster().close();
            HttpResponse<String> ready = get(proxy, "/readyz");
            while (ready.statusCode() == 200) {
                ready = get(proxy, "/readyz");
            }
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.headers().firstValue("Retry-After")).contains("5");
            assertThat(ready.body()).startsWith("trine: no shard router has answered this proxy for ");
            assertThat(get(proxy, "/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whileItStopsItServesButIsNotReady() throws Exception {
        HttpProxy proxy = door.proxy("limits: {stop-notice: 1h}");
        Thread stopping = Thread.ofVirtual().start(() -> close(proxy));
        HttpResponse<String> ready = get(proxy, "/readyz");
        while (ready.statusCode() == 200) {
            ready = get(proxy, "/readyz");
        }
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).startsWith("trine: this proxy stops; use another one (request ");
        assertThat(get(proxy, Door.REFS).statusCode()).isEqualTo(200);
        assertThat(get(proxy, "/livez").statusCode()).isEqualTo(200);
        stopping.interrupt();
        stopping.join();
    }

    private static void close(HttpProxy proxy) {
        try {
            proxy.close();
        } catch (Exception interrupted) {
            // by this test, so that it need not wait for an hour
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void itTellsItsVersion() throws Exception {
        try (HttpProxy proxy = door.proxy()) {
            HttpResponse<String> version = get(proxy, "/version");
            assertThat(version.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(version.body()).matches("\\{\"version\":\"[0-9][^\"]*\"(,\"commit\":\"[0-9a-f]+\")?}\n");
        }
        assertThat(new Release("1.0", "0a1b2c3d").json()).isEqualTo("{\"version\":\"1.0\",\"commit\":\"0a1b2c3d\"}");
    }
}
