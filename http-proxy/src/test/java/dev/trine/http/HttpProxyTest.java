package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.live.LiveValues;
import dev.trine.common.relay.FakeCluster;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the proxy says in HTTP, to clients that are not git. */
@Timeout(60)
class HttpProxyTest {
    private static final String LS_REFS = "0014command=ls-refs\n0000";
    private static final String UPLOAD_REQUEST = "application/x-git-upload-pack-request";

    @TempDir
    private Path dir;
    private Door door;
    private FakeCluster cluster;
    private HttpProxy proxy;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void start() throws Exception {
        door = new Door(dir, 2);
        cluster = door.cluster();
        proxy = door.usual();
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        proxy.close();
        door.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path))
            .header("Authorization", "Bearer t1").header("Git-Protocol", "version=2");
    }

    private HttpRequest.Builder lsRefs(byte[] body) {
        return request("/g/r/git-upload-pack").header("Content-Type", UPLOAD_REQUEST)
            .POST(BodyPublishers.ofByteArray(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void awaitNothingRunning() {
        while (cluster.node("n1").running() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anAdvertisementHasItsTypeAndIsNotCached() throws Exception {
        HttpResponse<String> refs = send(request("/g/r.git/info/refs?service=git-receive-pack"));
        assertThat(refs.statusCode()).isEqualTo(200);
        assertThat(refs.body()).startsWith("001f# service=git-receive-pack\n0000").endsWith("0000");
        assertThat(refs.headers().firstValue("Content-Type")).contains("application/x-git-receive-pack-advertisement");
        assertThat(refs.headers().firstValue("Cache-Control")).contains("no-cache, max-age=0, must-revalidate");
        assertThat(refs.headers().firstValue("Pragma")).contains("no-cache");
        assertThat(refs.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void aStepOfTheConversationHasItsType() throws Exception {
        HttpResponse<String> answer = send(lsRefs(ascii(LS_REFS)));
        assertThat(answer.body()).isEqualTo("0000");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-git-upload-pack-result");
    }

    @Test
    void aNoticeThatIsSetLiveStandsBelowEachRefusal() throws Exception {
        cluster.set(new LiveValues(1, Map.of("notice", "maintenance until 19:00")));
        HttpResponse<String> answer = send(request("/g/none/info/refs?service=git-upload-pack"));
        while (!answer.body().contains("maintenance")) {
            answer = send(request("/g/none/info/refs?service=git-upload-pack"));
        }
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).matches(
            "trine: there is no repository 'g/none' for you \\(request [0-9a-f]{16}\\)\nmaintenance until 19:00\n");
        assertThat(send(request("/healthz")).body()).isEqualTo("ok\n");
        assertThat(send(lsRefs(ascii(LS_REFS))).body()).isEqualTo("0000");
    }

    @Test
    void theBoundOnUnpackedBodiesIsSetLive() throws Exception {
        byte[] body = gzip(ascii(LS_REFS + "0".repeat(70_000)));
        assertThat(send(lsRefs(body).header("Content-Encoding", "gzip")).statusCode()).isNotEqualTo(413);
        cluster.set(new LiveValues(1, Map.of("limits.inflated-max", "64k")));
        while (statusOf(body) != 413) {
            Thread.onSpinWait();
        }
        cluster.set(new LiveValues(2, Map.of()));
        while (List.of(0, 413).contains(statusOf(body))) {
            Thread.onSpinWait();
        }
    }

    /** 0: a refused body ends its connection, which the client may just have begun to use again. */
    private int statusOf(byte[] body) throws Exception {
        try {
            return send(lsRefs(body).header("Content-Encoding", "gzip")).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void gitsProbeOfAPushIsAnsweredWithNothing() throws Exception {
        HttpResponse<String> answer = send(request("/g/r/git-receive-pack").header("Content-Type",
            "application/x-git-receive-pack-request").POST(BodyPublishers.ofString("0000")));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void whoDoesNotSayWhoHeIsIsAskedWhetherTheRepositoryExistsOrNot() throws Exception {
        for (String path : new String[] {"/g/r/info/refs?service=git-upload-pack",
            "/g/none/info/refs?service=git-upload-pack", "/g/r/info/refs?service=git-receive-pack"}) {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + proxy.port() + path)));
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .contains("Basic realm=\"Trine\", charset=\"UTF-8\"");
            assertThat(answer.body()).startsWith(
                "trine: sign in with an access token as the password; the user name may be anything (request ");
        }
        assertThat(cluster.asked()).hasSize(2).allMatch(asked -> asked.getCredential().getUserId() == 0);
    }

    @ParameterizedTest
    @CsvSource({"GET,/healthz,200,ok", "HEAD,/healthz,200,''", "POST,/healthz,405,'POST is not served here, only GET'",
        "GET,/,404,nothing is served here", "GET,/g/r,404,repositories are at /GROUP/NAME.git",
        "GET,/g/none/info/refs?service=git-upload-pack,404,there is no repository",
        "GET,/g/r/info/refs,403,the dumb HTTP protocol is not served; use git 1.6.6 or newer",
        "GET,/g/r/HEAD,403,the dumb HTTP protocol is not served",
        "GET,/g/r/objects/info/packs,403,the dumb HTTP protocol is not served",
        "GET,/g/r/info/refs?service=git-upload-archive,403,the dumb HTTP protocol is not served",
        "HEAD,/g/r/info/refs?service=git-upload-pack,200,''",
        "PUT,/g/r/info/refs?service=git-upload-pack,405,'PUT is not served here, only GET'",
        "GET,/g/r/git-upload-pack,405,'GET is not served here, only POST'",
        "POST,/g/r/git-upload-pack,415,the Content-Type is not application/x-git-upload-pack-request",
        "GET,/g/r%2finfo/refs?service=git-upload-pack,400,its URL has an encoded slash",
        "GET,/g//r/info/refs?service=git-upload-pack,400,that is no code; write it as /GROUP/NAME.git"})
    void everyRequestHasItsStatusAndSentence(String method, String path, int status, String said) throws Exception {
        HttpResponse<String> answer = send(request(path).method(method, BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(said);
        String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
        if (status >= 400) {
            assertThat(answer.body()).startsWith("trine: ").endsWith(" (request " + id + ")\n");
        }
        if (status == 405) {
            assertThat(answer.headers().firstValue("Allow")).isPresent();
        }
        if (method.equals("HEAD")) {
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void whoWantsGitLfsIsToldInItsOwnFormatThatItIsNotServed() throws Exception {
        HttpResponse<String> answer = send(request("/g/r.git/info/lfs/objects/batch").POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(answer.body()).contains("\"message\":\"trine: Git LFS is not served; keep the files in the"
            + " repository, or in an LFS store elsewhere, which 'git config lfs.url URL' names (request " + id + ")\"");
    }

    @ParameterizedTest
    @CsvSource({"NOT_FOUND,404", "PERMISSION_DENIED,403", "INVALID_ARGUMENT,400", "RESOURCE_EXHAUSTED,429",
        "UNAVAILABLE,503", "FAILED_PRECONDITION,503"})
    void whateverTheRouterRefusesHasItsStatus(Status.Code code, int status) throws Exception {
        cluster.denyWrites(5, code.toStatus().withDescription("not g/r, because it is Sunday"));
        HttpResponse<String> answer = send(request("/g/r/info/refs?service=git-receive-pack"));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("trine: not g/r, because it is Sunday (request ");
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 429 || status == 503);
    }

    @Test
    void aTokenThatDoesNotWorkIsSaidNotTo() throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port()
            + Door.REFS)).header("Authorization", "Bearer gone"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
            .contains("Basic realm=\"Trine\", charset=\"UTF-8\"");
        assertThat(answer.body()).startsWith(
            "trine: the access token is not known here, or was revoked, or has expired (request ");
    }

    @Test
    void aRequestUnderWayOfWhoIsSuspendedIsRefused() throws Exception {
        cluster.node("n1").fallSilent();
        cluster.suspend(5);
        try (HttpProxy strict = new Proxies(cluster).configured(dir, "relay: {recheck: 10ms}")) {
            HttpResponse<String> answer = Door.get(strict, Door.REFS);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).startsWith("trine: your account was suspended, or your credential has expired;"
                + " ask an administrator (request ");
        }
    }

    @Test
    void aPathThatIsTooLongIsRefusedWithTheLimit() throws Exception {
        HttpResponse<String> answer = send(request("/g/" + "x".repeat(511) + "/info/refs?service=git-upload-pack"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("trine: a repository path has at most 512 bytes (request ");
        cluster.host("g/" + "x".repeat(510), FakeCluster.bareRepository(dir.resolve("longest.git")));
        assertThat(send(request("/g/" + "x".repeat(510) + ".git/info/refs?service=git-upload-pack")).statusCode())
            .isEqualTo(200);
    }

    @Test
    void aPackedBodyIsUnpacked() throws Exception {
        for (String encoding : new String[] {"gzip", "x-gzip"}) {
            assertThat(send(lsRefs(gzip(ascii(LS_REFS))).header("Content-Encoding", encoding)).body())
                .isEqualTo("0000");
        }
    }

    @Test
    void aBodyThatCannotBeUnpackedIsRefused() throws Exception {
        byte[] whole = gzip(ascii("0014command=ls-refs\n"));
        byte[] half = Arrays.copyOf(whole, whole.length - 9);
        byte[] more = Arrays.copyOf(whole, whole.length + 50_000);
        for (byte[] body : new byte[][] {ascii("rubbish, not gzip"), half, more, {}}) {
            HttpResponse<String> answer = send(lsRefs(body).header("Content-Encoding", "gzip"));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).startsWith("trine: ").contains("gzip");
        }
        HttpResponse<String> other = send(lsRefs(whole).header("Content-Encoding", "br"));
        assertThat(other.statusCode()).isEqualTo(415);
        assertThat(other.body()).startsWith("trine: a request body is sent as it is or with gzip (request ");
        awaitNothingRunning();
    }

    @Test
    void aBodyThatUnpacksWithoutEndIsRefused() throws Exception {
        byte[] bomb = gzip(ascii("0011command=fetch0001" + ("0032have " + "1".repeat(40) + "\n").repeat(100_000)));
        HttpResponse<String> answer = send(lsRefs(bomb).header("Content-Encoding", "gzip"));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("unpacks to more than 1m (limits.inflated-max); send it without");
        awaitNothingRunning();
    }

    @Test
    void aRefusalReachesWhoIsStillSendingWhatCannotBeUnpacked() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(RawClient.UPLOAD + RawClient.TOKEN + "Content-Encoding: gzip\r\nContent-Length: 16000000\r\n"
                + "\r\n").send(new byte[16_000_000]);
            assertThat(client.head()).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void aBodyIsNotAskedForBeforeTheUserHasSignedIn() throws Exception {
        String expecting = RawClient.RECEIVE + "Expect: 100-continue\r\nContent-Length: 4\r\n";
        try (RawClient stranger = new RawClient(proxy.port())) {
            assertThat(stranger.send(expecting + "\r\n").head()).startsWith("HTTP/1.1 401");
        }
        try (RawClient denied = new RawClient(proxy.port())) {
            cluster.denyWrites(5, Status.PERMISSION_DENIED.withDescription("no"));
            assertThat(denied.send(expecting + RawClient.TOKEN + "\r\n").head()).startsWith("HTTP/1.1 403");
        }
        try (RawClient user = new RawClient(proxy.port())) {
            user.send(expecting.replace("receive", "upload") + RawClient.TOKEN + "\r\n");
            assertThat(user.head()).isEqualTo("HTTP/1.1 100 Continue\n");
            assertThat(user.send("0000").head()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aRequestThatMakesNoSenseToTheNodeFails() throws Exception {
        HttpResponse<String> answer = send(lsRefs(ascii("bogus")));
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).startsWith("trine: the node could not make sense of the request (request ");
    }

    @Test
    void headersAreBounded() throws Exception {
        String sentence = "trine: the request's line and headers have more than 8k, the limit of this proxy"
            + " (limits.header-max) (request ";
        HttpResponse<String> header = send(request(Door.REFS).header("X-Long", "x".repeat(20_000)));
        assertThat(header.statusCode()).isEqualTo(431);
        assertThat(header.body()).startsWith(sentence);
        HttpResponse<String> line = send(request("/" + "x".repeat(20_000)));
        assertThat(line.statusCode()).isEqualTo(414);
        assertThat(line.body()).startsWith(sentence);
    }

    @Test
    void aRouterThatIsAwayIsSaidToBe() throws Exception {
        cluster.close();
        HttpResponse<String> answer = send(request(Door.REFS));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).startsWith("trine: the shard router cannot be reached; try again (request ");
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
    }

    @Test
    void aRefusalInMidConversationIsAStatusForWhoDoesNotSpeakGit() throws Exception {
        cluster.node("n1").refuse(Status.UNAVAILABLE.withDescription("n1 is stopping"));
        cluster.node("n2").refuse(Status.RESOURCE_EXHAUSTED.withDescription("1,000 fetches are running"));
        HttpResponse<String> limited = send(lsRefs(ascii(LS_REFS)));
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("Retry-After")).contains("5");
        assertThat(limited.body()).startsWith("trine: 1,000 fetches are running (request ");
        assertThat(send(lsRefs(ascii(LS_REFS)).header("Accept", "application/x-git-upload-pack-result")
            .header("X-Request-Id", "r7")).body()).isEqualTo("0035ERR trine: 1,000 fetches are running (request r7)");
    }

    @Test
    void whatMayBeStaleIsSaidToBe() throws Exception {
        cluster.routeStale();
        assertThat(send(request(Door.REFS)).headers().firstValue("Trine-Stale")).contains("version 0");
    }

    @Test
    void aClientThatGoesAwayWhileItSendsFreesEverything() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n0032");
            awaitOneRunning();
        }
        awaitNothingRunning();
    }

    @Test
    void aBodyThatIsNoHttpIsCutOffAtOnce() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n0032");
            awaitOneRunning();
            client.send("0000no length\r\n");
            client.rest();
            awaitNothingRunning();
        }
    }

    @Test
    void aClientThatFallsSilentWhileItSendsIsCutOff() throws Exception {
        HttpLimits hasty = Proxies.limits(Duration.ofMillis(300), Duration.ofMinutes(1), Duration.ZERO);
        try (HttpProxy strict = new Proxies(cluster).with(hasty, Optional.empty());
             RawClient client = new RawClient(strict.port())) {
            client.send(RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n0032");
            client.rest();
            awaitNothingRunning();
        }
    }

    @Test
    void aRequestThatTakesTooLongIsToldSo() throws Exception {
        HttpLimits hasty = Proxies.limits(Duration.ofMinutes(1), Duration.ofSeconds(8), Duration.ZERO);
        try (HttpProxy strict = new Proxies(cluster).with(hasty, Optional.empty());
             RawClient client = new RawClient(strict.port())) {
            client.send(RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n0032");
            assertThat(client.rest()).startsWith("HTTP/1.1 503").contains("trine: the request took longer than 8s"
                + " (limits.exchange-max); the push may still take effect: fetch before pushing again (request ");
            awaitNothingRunning();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusalReachesWhoStopsInTheMiddleOfHisBody(boolean atTheRouter) throws Exception {
        if (atTheRouter) {
            cluster.denyWrites(5, Status.PERMISSION_DENIED.withDescription("no"));
        } else {
            cluster.node("n1").refuseAfter(1, Status.RESOURCE_EXHAUSTED.withDescription("full"));
        }
        HttpLimits hasty = Proxies.limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMillis(200));
        try (HttpProxy strict = new Proxies(cluster).with(hasty, Optional.empty());
             RawClient client = new RawClient(strict.port())) {
            client.send(RawClient.RECEIVE + RawClient.TOKEN + "Transfer-Encoding: chunked\r\n\r\n8\r\n0032");
            assertThat(client.rest()).startsWith(atTheRouter ? "HTTP/1.1 403" : "HTTP/1.1 429")
                .contains(atTheRouter ? "trine: no (request " : "trine: full (request ").contains("Connection: close");
        }
    }

    @Test
    void aNodeThatBreaksOffBeforeTheClientHasHeardAnythingIsSaidTo() throws Exception {
        cluster.node("n1").breakOff(Status.INTERNAL.withDescription("its disk is full"));
        HttpResponse<String> answer = send(request(Door.REFS));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).startsWith("trine: node n1 broke off: its disk is full (request ");
    }

    private void awaitOneRunning() {
        while (cluster.node("n1").running() == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aPortInUseIsSaidInOneSentence() {
        HttpProxyConfig taken = new Proxies(cluster).config(proxy.port(),
            Proxies.limits(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO), Optional.empty());
        assertThatThrownBy(() -> HttpProxy.start(taken)).isInstanceOf(StartException.class)
            .hasMessageStartingWith("cannot listen on 127.0.0.1:" + proxy.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    void tlsFilesThatCannotBeUsedAreSaidInOneSentence(String key) throws Exception {
        Path file = Files.writeString(dir.resolve("key.pem"), key);
        HttpProxyConfig.Tls tls = new HttpProxyConfig.Tls(file, file);
        assertThatThrownBy(() -> new Proxies(cluster).with(
            Proxies.limits(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO), Optional.of(tls)))
            .isInstanceOf(StartException.class).hasMessageStartingWith("tls files cannot be read: ");
    }
}
