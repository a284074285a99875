package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.relay.FakeCluster;
import dev.trine.common.relay.GitBackend;
import dev.trine.common.relay.GitClient;
import dev.trine.common.rpc.TestAuthority;
import dev.trine.proto.UpstreamCredential;
import dev.trine.proto.UpstreamRoute;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the router sends to an older Git host, which is C Git's http-backend here. */
@Timeout(120)
class UpstreamTest {
    private static final String REFS = "/g/r.git/info/refs?service=git-upload-pack";

    @TempDir
    private Path dir;
    private FakeCluster cluster;
    private GitBackend old;
    private HttpProxy proxy;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster(dir, 1);
        cluster.token("t1", 5, "alice");
        old = GitBackend.start(dir.resolve("old"));
        old.create("g/r");
        proxy = new Proxies(cluster).to(Proxies.upstreams(Optional.of(dir.resolve("secrets")), 2,
            Duration.ofSeconds(60)));
        send(UpstreamCredential.NO_CREDENTIAL);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        old.close();
        cluster.close();
    }

    private void send(UpstreamCredential credential) {
        send(old.url().toString(), credential);
    }

    private void send(String base, UpstreamCredential credential) {
        cluster.send("g/r", UpstreamRoute.newBuilder().setName("old").setRepositoryUrl(base + "/g/r.git")
            .setCredential(credential).build());
    }

    private String url() {
        return "http://x:t1@127.0.0.1:" + proxy.port() + "/g/r.git";
    }

    private GitClient work(int noiseBytes) throws IOException {
        GitClient work = GitClient.in(dir.resolve("work"), Map.of());
        work.run("init", "--quiet");
        byte[] noise = new byte[noiseBytes];
        new Random(1).nextBytes(noise);
        Files.write(dir.resolve("work/noise"), noise);
        work.run("add", ".");
        work.commit("one");
        return work;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path))
            .header("Authorization", "Bearer t1");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        }
    }

    private Optional<String> arrived(String header) {
        return Optional.ofNullable(old.seen().getLast().headers().getFirst(header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2"})
    void whatIsPushedIsClonedEqualInEveryVersionOfTheProtocol(String version) throws Exception {
        GitClient work = work(10);
        work.run("-c", "protocol.version=" + version, "push", url(), "main", "main:gone");
        work.run("-c", "protocol.version=" + version, "push", url(), ":gone");
        GitClient tmp = GitClient.in(dir.resolve("tmp"), Map.of());
        tmp.run("-c", "protocol.version=" + version, "clone", "--quiet", url(), dir + "/clone");
        assertThat(GitClient.in(dir.resolve("clone"), Map.of()).run("rev-parse", "HEAD"))
            .isEqualTo(work.run("rev-parse", "HEAD"));
        assertThat(tmp.run("ls-remote", dir + "/old/g/r.git")).contains("refs/heads/main").doesNotContain("gone");
        assertThat(cluster.node("n1").opened()).isEmpty();
    }

    @Test
    void manyMegabytesAndALongNegotiationPassBothWays() throws Exception {
        GitClient work = work(24 << 20);
        work.run("push", url(), "main");
        GitClient.in(dir.resolve("tmp"), Map.of()).run("clone", "--quiet", url(), dir + "/clone");
        assertThat(Files.mismatch(dir.resolve("clone/noise"), dir.resolve("work/noise"))).isEqualTo(-1);
        GitClient clone = GitClient.in(dir.resolve("clone"), Map.of());
        for (int i = 0; i < 60; i++) {
            clone.commit("mine " + i);
        }
        work.commit("theirs");
        work.run("push", url(), "main");
        clone.run("fetch", "--quiet");
        assertThat(clone.run("rev-parse", "origin/main")).isEqualTo(work.run("rev-parse", "main"));
        assertThat(old.seen()).anyMatch(seen -> seen.headers().containsKey("Content-Encoding"));
    }

    @Test
    void theProxySignsInWithItsOwnSecretAndShowsNobodyElses() throws Exception {
        Files.createDirectories(dir.resolve("secrets"));
        send(request(REFS).header("Cookie", "a=b").header("X-Forwarded-For", "9.9.9.9").header("Git-Protocol",
            "version=2"));
        assertThat(arrived("Authorization")).isEmpty();
        assertThat(arrived("Cookie")).isEmpty();
        assertThat(arrived("X-Forwarded-For")).isEmpty();
        assertThat(arrived("Git-Protocol")).contains("version=2");
        assertThat(arrived("Via")).contains("1.1 trine");
        assertThat(arrived("X-Request-Id")).hasValueSatisfying(id -> assertThat(id).hasSize(16));
        Files.writeString(dir.resolve("secrets/old"), "robot:pass:word\n");
        send(UpstreamCredential.BASIC);
        assertThat(send(request(REFS)).statusCode()).isEqualTo(200);
        assertThat(arrived("Authorization")).contains("Basic "
            + Base64.getEncoder().encodeToString("robot:pass:word".getBytes(StandardCharsets.UTF_8)));
        Files.writeString(dir.resolve("secrets/old"), "s3cret\n");
        send(UpstreamCredential.BEARER);
        send(request(REFS));
        assertThat(arrived("Authorization")).contains("Bearer s3cret");
        send(UpstreamCredential.PASS_THROUGH);
        send(request(REFS));
        assertThat(arrived("Authorization")).contains("Bearer t1");
    }

    @Test
    void aTraceGoesAlongAndWhatIsNoneIsReplacedByANewOne() throws Exception {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        send(request(REFS).header("traceparent", trace).header("tracestate", "a=1").header("tracestate", "b=2"));
        assertThat(arrived("traceparent")).contains(trace);
        assertThat(arrived("tracestate")).contains("a=1,b=2");
        send(request(REFS).header("traceparent", trace + "\"").header("tracestate", "a=1"));
        assertThat(arrived("traceparent")).hasValueSatisfying(made ->
            assertThat(made).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00").isNotEqualTo(trace));
        assertThat(arrived("tracestate")).isEmpty();
        send(request(REFS));
        assertThat(arrived("traceparent")).isEmpty();
    }

    @Test
    void withoutAUsableSecretNothingIsSent() throws Exception {
        send(UpstreamCredential.BEARER);
        assertThat(send(request(REFS)).body()).startsWith("trine: this HTTP proxy has no secret for upstream old; its"
            + " operator has to write it into the file old of upstreams.secrets-dir (request ");
        Files.createDirectories(dir.resolve("secrets"));
        Files.writeString(dir.resolve("secrets/old"), "two words\r\nX-Header: x");
        HttpResponse<String> answer = send(request(REFS));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("has no usable secret for upstream old").contains("a token")
            .doesNotContain("words");
        assertThat(old.seen()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"401, 502, does not accept the credential", "403, 403, does not allow that",
        "404, 404, has no repository g/r", "302, 502, 'redirects (302), which is not followed'",
        "500, 502, answers 500; try again later", "503, 503, answers 503", "429, 429, answers 429",
        "200, 502, does not answer in Git's smart HTTP"})
    void whatItRefusesIsSaidInOneSentence(int said, int status, String sentence) throws Exception {
        old.answer(said, Map.of("Retry-After", "7", "Location", "http://127.0.0.1:1/", "WWW-Authenticate",
            "Basic realm=old", "Set-Cookie", "a=b", "Content-Type", "text/html"), "<html>sign in</html>");
        HttpResponse<String> answer = send(request(REFS));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("trine: upstream old ").contains(sentence).hasLineCount(1);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(said != 200);
        assertThat(answer.headers().firstValue("Retry-After").orElse("7")).isEqualTo("7");
        assertThat(old.seen()).hasSize(1);
    }

    @Test
    void oneThatIsAwayIsSaidToBeInTheAdvertisementAndInMidConversation() throws Exception {
        old.close();
        GitClient git = GitClient.in(dir.resolve("tmp"), Map.of());
        assertThat(git.tryRun("ls-remote", url()).output()).contains("502")
            .contains("remote: trine: upstream old cannot be reached, or broke off; try again later");
        HttpRequest.Builder step = request("/g/r/git-upload-pack").header("Content-Type",
            "application/x-git-upload-pack-request").POST(BodyPublishers.ofString("0000"));
        assertThat(send(step).statusCode()).isEqualTo(502);
        assertThat(send(step.header("Accept", "application/x-git-upload-pack-result").header("X-Request-Id", "r7"))
            .body()).isEqualTo("0059ERR trine: upstream old cannot be reached, or broke off; try again later"
            + " (request r7)");
    }

    @Test
    void oneThatSaysNothingIsNotWaitedForForLong() throws Exception {
        try (ServerSocket silent = new ServerSocket(0);
             HttpProxy hasty = new Proxies(cluster).to(Proxies.upstreams(Optional.empty(), 2,
                 Duration.ofMillis(200)))) {
            send("http://127.0.0.1:" + silent.getLocalPort(), UpstreamCredential.NO_CREDENTIAL);
            HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hasty.port()
                + REFS)).header("Authorization", "Bearer t1"));
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body()).startsWith("trine: upstream old does not answer; try again later (request ");
        }
    }

    @Test
    void itsHeadersAreBounded() throws Exception {
        old.answer(200, Map.of("Content-Type", "application/x-git-upload-pack-advertisement", "X-Long",
            "x".repeat(20_000)), "");
        assertThat(send(request(REFS)).statusCode()).isEqualTo(502);
    }

    @Test
    void itsCertificateIsOfACaThatIsTrustedOrItHearsNothing() throws Exception {
        TestAuthority companys = TestAuthority.create(dir.resolve("company"));
        Path others = TestAuthority.create(dir.resolve("other")).certificate();
        try (GitBackend secured = GitBackend.start(dir.resolve("old"), companys.server("old"))) {
            send(secured.url().toString(), UpstreamCredential.NO_CREDENTIAL);
            for (String authority : List.of("", "upstreams: {authority: " + others + "}")) {
                try (HttpProxy other = new Proxies(cluster).configured(dir, authority)) {
                    HttpResponse<String> answer = Door.get(other, REFS);
                    assertThat(answer.statusCode()).as(authority).isEqualTo(502);
                    assertThat(answer.body())
                        .contains("upstream old cannot be trusted: its certificate or TLS is not good");
                }
            }
            assertThat(secured.seen()).isEmpty();
            try (HttpProxy trusting = new Proxies(cluster).configured(dir,
                "upstreams: {authority: " + companys.certificate() + "}")) {
                assertThat(Door.get(trusting, REFS).statusCode()).isEqualTo(200);
                send(secured.url().toString().replace("127.0.0.1", "localhost"), UpstreamCredential.NO_CREDENTIAL);
                assertThat(Door.get(trusting, REFS).statusCode()).as("of another name").isEqualTo(502);
            }
        }
    }

    @Test
    void aFileOfCasThatCannotBeUsedStopsTheStart() throws Exception {
        Path rubbish = Files.writeString(dir.resolve("rubbish.pem"), "rubbish");
        assertThatThrownBy(() -> new Proxies(cluster).configured(dir, "upstreams: {authority: " + rubbish + "}"))
            .isInstanceOf(StartException.class).hasMessageStartingWith("upstreams.authority: the file " + rubbish);
    }

    @Test
    void aRequestIsSentOnOnce() throws Exception {
        HttpResponse<String> answer = send(request(REFS).header("Via", "1.1 front, 1.1 trine"));
        assertThat(answer.statusCode()).isEqualTo(508);
        assertThat(answer.body()).startsWith("trine: this request has been here before (Via: trine): ");
        assertThat(old.seen()).isEmpty();
    }

    @Test
    void aRefusalThatComesBeforeTheBodyWasSentArrives() throws Exception {
        old.answer(413, Map.of(), "");
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n00320000\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void requestsAreBoundedAndAClientThatGoesAwayGivesItsPlaceBack() throws Exception {
        String half = RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n00320000\r\n";
        try (RawClient first = new RawClient(proxy.port()); RawClient second = new RawClient(proxy.port())) {
            first.send(half);
            second.send(half);
            awaitSeen(2);
            HttpResponse<String> third = send(request(REFS));
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.body()).startsWith("trine: this HTTP proxy carries 2 requests to upstreams already"
                + " (upstreams.requests-max); try again (request ");
            assertThat(third.headers().firstValue("Retry-After")).contains("5");
        }
        while (send(request(REFS)).statusCode() == 503) {
            Thread.onSpinWait();
        }
    }

    private void awaitSeen(int requests) {
        while (old.seen().size() < requests) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoIsSuspendedIsCutOffUnderWay() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n00320000\r\n");
            awaitSeen(1);
            cluster.suspend(5);
            client.rest();
        }
    }

    @Test
    void anUpstreamThatBreaksOffIsNotTakenForComplete() throws Exception {
        try (ServerSocket listener = new ServerSocket(0)) {
            send("http://127.0.0.1:" + listener.getLocalPort(), UpstreamCredential.NO_CREDENTIAL);
            Thread.ofVirtual().start(() -> breakOff(listener));
            assertThatThrownBy(() -> send(request(REFS))).isInstanceOf(IOException.class);
        }
    }

    /** Answers one request, but not to its end. */
    private static void breakOff(ServerSocket listener) {
        try (Socket upstream = listener.accept()) {
            BufferedReader in = new BufferedReader(new InputStreamReader(upstream.getInputStream(),
                StandardCharsets.US_ASCII));
            while (!in.readLine().isEmpty()) {
                Thread.onSpinWait();
            }
            upstream.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Type:"
                + " application/x-git-upload-pack-advertisement\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0000\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
