package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.audit.AuditFile;
import dev.trine.common.live.LiveValues;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests beyond what the proxy, or one address, may have under way. */
@Timeout(60)
class RequestLimitTest {
    private static final String UNFINISHED =
        RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n0032";

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

    private HttpResponse<String> beside(HttpProxy proxy, String... headers) throws Exception {
        return besideThat(UNFINISHED, proxy, headers);
    }

    private HttpResponse<String> besideThat(String unfinished, HttpProxy proxy, String... headers) throws Exception {
        while (true) {
            try (RawClient client = new RawClient(proxy.port())) {
                client.send(unfinished);
                while (running() == 0 && client.in().available() == 0) {
                    spin();
                }
                if (running() > 0) {
                    assertThat(Door.get(proxy, "/livez").statusCode()).isEqualTo(200);
                    return Door.get(proxy, Door.REFS, headers);
                }
            }
            spin(); // refused: a request before it was answered, but was not over yet
        }
    }

    private long running() {
        return door.cluster().node("n1").running();
    }

    private static void spin() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("what is waited for does not come");
        }
        Thread.onSpinWait();
    }

    private void awaitServed(HttpProxy proxy) throws Exception {
        while (Door.get(proxy, Door.REFS).statusCode() != 200) {
            spin();
        }
    }

    @Test
    void oneMoreThanTheProxyServesIsToldToComeAgain() throws Exception {
        try (HttpProxy proxy = door.proxy("limits: {requests-max: 1, drain-max: 0s}")) {
            HttpResponse<String> answer = beside(proxy, "Accept", "*/*");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
            assertThat(answer.body()).startsWith("trine: 1 requests are under way here, which is the limit of this"
                + " proxy (limits.requests-max); try again in a moment (request ");
            awaitServed(proxy);
        }
    }

    @Test
    void oneMoreThanAnAddressMayHaveIsRefusedToThatAddressOnly() throws Exception {
        try (HttpProxy proxy = door.proxy("limits: {requests-per-address-max: 1, drain-max: 0s}",
            "forwarded-from: [127.0.0.1]")) {
            HttpResponse<String> answer = beside(proxy, "Accept", "*/*");
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
            assertThat(answer.body()).startsWith("trine: 1 requests from your address are under way, which is the limit"
                + " of this proxy (limits.requests-per-address-max); let some finish, then try again (request ");
            awaitServed(proxy);
            while (running() > 0) {
                spin();
            }
            assertThat(beside(proxy, "X-Forwarded-For", "198.51.100.7").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whoIsTurnedAwayIsToldTheNoticeAndTheAuditKeepsWhatHeCameFor() throws Exception {
        door.cluster().set(new LiveValues(1, Map.of("notice", "we are busy today")));
        Path audit = dir.resolve("audit");
        HttpResponse<String> answer;
        try (HttpProxy proxy = door.proxy("limits: {requests-max: 1, drain-max: 0s}", "audit: {dir: " + audit + "}",
            "forwarded-from: [127.0.0.1]")) {
            while (!Door.get(proxy, "/nothing-is-here").body().contains("we are busy today")) {
                spin();
            }
            // from another address than what came before: of that the audit need not keep each line
            answer = beside(proxy, "X-Forwarded-For", "198.51.100.7");
        }
        String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(answer.body()).endsWith("(request " + id + ")\nwe are busy today\n");
        List<String> lines = new ArrayList<>();
        for (AuditFile file : AuditFile.in(audit)) {
            lines.addAll(Files.readAllLines(file.path()));
        }
        assertThat(lines.stream().filter(line -> line.contains(id))).singleElement().satisfies(line -> assertThat(line)
            .contains("\"action\":\"fetch\"", "\"result\":\"refused\"", "\"repo\":\"/g/r",
                "\"client\":\"198.51.100.7", "limits.requests-max"));
    }

    @Test
    void theAddressesOfOneNetworkOfIpv6CountAsOne() throws Exception {
        try (HttpProxy proxy = door.proxy("limits: {requests-per-address-max: 1, drain-max: 0s}",
            "forwarded-from: [127.0.0.1]")) {
            String unfinished = UNFINISHED.replace("Host: x\r\n", "Host: x\r\nX-Forwarded-For: 2001:db8::1\r\n");
            assertThat(besideThat(unfinished, proxy, "X-Forwarded-For", "2001:db8::2").statusCode()).isEqualTo(429);
            while (running() > 0) {
                spin();
            }
            assertThat(besideThat(unfinished, proxy, "X-Forwarded-For", "2001:db8:0:1::1").statusCode()).isEqualTo(200);
        }
    }
}
