package dev.trine.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.trine.common.relay.FakeCluster;
import dev.trine.proto.ArchiveRequest;
import dev.trine.proto.ContentHead;
import dev.trine.proto.ContentRange;
import dev.trine.proto.ContentRequest;
import dev.trine.proto.Operation;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and archives through the HTTP proxy, from nodes that give the answers each test wants. */
@Timeout(60)
class ContentOverHttpTest {
    private static final byte[] HELLO = "hello\n".getBytes(UTF_8);
    private static final String RAW = "/g/r/-/raw/main/README";

    @TempDir
    private Path dir;
    private FakeCluster cluster;
    private HttpProxy proxy;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster(dir, 3);
        cluster.host("g/r", FakeCluster.bareRepository(dir.resolve("r.git")));
        cluster.host("public/r", dir.resolve("r.git"));
        cluster.token("t1", 1, "alice");
        proxy = new Proxies(cluster).usual();
        answer(found().setSize(HELLO.length).setText(true), HELLO);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
        cluster.close();
    }

    private void answer(ContentHead.Builder head, byte[] data) {
        for (String node : new String[] {"n1", "n2", "n3"}) {
            cluster.content(node).answer(head, data);
        }
    }

    private static ContentHead.Builder found() {
        return ContentHead.newBuilder().setOutcome(ContentHead.Outcome.FOUND).setEtag("e1")
            .setCommitId(ByteString.copyFrom(new byte[20]));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path))
            .header("Authorization", "Bearer t1");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private ContentRequest asked() {
        return cluster.content("n1").asked().getLast();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void aFileIsPlainTextWhateverItsName() throws Exception {
        HttpResponse<String> response = send(request("/g/r.git/-/raw/feature/x/a%20b.html"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello\n");
        assertThat(header(response, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Content-Security-Policy")).isEqualTo("default-src 'none'; sandbox");
        assertThat(header(response, "Content-Disposition"))
            .isEqualTo("inline; filename=\"a_b.html\"; filename*=UTF-8''a%20b.html");
        assertThat(header(response, "ETag")).isEqualTo("\"e1\"");
        assertThat(header(response, "Cache-Control")).isEqualTo("private, no-cache");
        assertThat(header(response, "Content-Length")).isEqualTo("6");
        assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(response, "Trine-Commit")).isEqualTo("0".repeat(40));
        assertThat(asked().getFile().getRevisionAndPath()).isEqualTo("feature/x/a b.html");
        assertThat(asked().getUser()).isEqualTo("alice");
        assertThat(asked().getReadPoint().getGeneration()).isEqualTo(7);
        assertThat(cluster.asked().getLast().getOperation()).isEqualTo(Operation.READ);
    }

    @ParameterizedTest
    @CsvSource({"100%25.txt,100%.txt", "a%3Bb,a;b", "a%252Fb,a%2Fb", "a%23b%3Fc,a#b?c", "%C3%BC,ü", "a+b,a+b"})
    void aFileMayHaveAnyName(String inUrl, String name) throws Exception {
        assertThat(send(request("/g/r/-/raw/main/" + inUrl)).statusCode()).isEqualTo(200);
        assertThat(asked().getFile().getRevisionAndPath()).isEqualTo("main/" + name);
    }

    @Test
    void whatIsNoTextIsBytesToBeSaved() throws Exception {
        answer(found().setSize(6), HELLO);
        HttpResponse<String> response = send(request("/g/r/-/raw/main/logo.svg"));
        assertThat(header(response, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(response, "Content-Disposition")).isEqualTo("attachment; filename=\"logo.svg\"");
    }

    @Test
    void anArchiveOfUnknownLengthIsStreamed() throws Exception {
        answer(found(), new byte[300_000]);
        HttpResponse<String> response =
            send(request("/g/r/-/archive/rel/1.0.tar.gz?prefix=p%2F&path=src&path=doc%2Fa"));
        assertThat(response.body()).hasSize(300_000);
        assertThat(header(response, "Content-Type")).isEqualTo("application/gzip");
        assertThat(header(response, "Content-Length")).isEmpty();
        assertThat(header(response, "Accept-Ranges")).as("of unknown length no part can be had").isEmpty();
        assertThat(header(response, "Content-Disposition")).isEqualTo("attachment; filename=\"r-rel-1.0.tar.gz\"");
        assertThat(asked().getArchive()).isEqualTo(ArchiveRequest.newBuilder().setRevision("rel/1.0")
            .setFormat(ArchiveRequest.Format.TAR_GZ).setPrefix("p/").addPaths("src").addPaths("doc/a").build());
        assertThat(header(send(request("/g/r/-/archive/main.zip")), "Content-Type")).isEqualTo("application/zip");
    }

    @Test
    void conditionsAndRangesReachTheNode() throws Exception {
        answer(found().setSize(100).setFirst(1).setLast(6), HELLO);
        HttpResponse<String> part = send(request(RAW).header("Range", "bytes=1-6").header("If-Range", "\"e1\"")
            .header("If-None-Match", "W/\"a\", \"b\""));
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 1-6/100");
        assertThat(header(part, "Content-Length")).isEqualTo("6");
        assertThat(part.body()).isEqualTo("hello\n");
        assertThat(asked().getIfNoneMatchList()).containsExactly("a", "b");
        assertThat(asked().getRange()).isEqualTo(ContentRange.newBuilder().setFirst(1).setLast(6).build());
        assertThat(asked().getIfRange()).isEqualTo("e1");
    }

    @Test
    void aHeadAndWhatTheClientHasComeWithoutABody() throws Exception {
        HttpResponse<String> head = send(request(RAW).method("HEAD", HttpRequest.BodyPublishers.noBody())
            .header("Range", "bytes=1-6"));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("6");
        assertThat(header(head, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(asked().getHeadOnly()).isTrue();
        assertThat(asked().hasRange()).isFalse();
        answer(found().setOutcome(ContentHead.Outcome.NOT_MODIFIED), new byte[0]);
        HttpResponse<String> same = send(request(RAW).header("If-None-Match", "\"e1\""));
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(header(same, "ETag")).isEqualTo("\"e1\"");
        assertThat(same.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"MISSING,404", "TOO_LARGE,403", "NOT_SATISFIABLE,416", "OUTCOME_UNSPECIFIED,502"})
    void whatIsNotSentIsToldByStatusAndSentence(ContentHead.Outcome outcome, int status) throws Exception {
        answer(ContentHead.newBuilder().setOutcome(outcome).setMessage("because").setSize(5), new byte[0]);
        HttpResponse<String> response = send(request(RAW));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).startsWith(status == 502 ? "trine: a node gave an answer" : "trine: because");
        assertThat(header(response, "Content-Range")).isEqualTo(status == 416 ? "bytes */5" : "");
        assertThat(header(response, "Content-Type")).startsWith("text/plain");
    }

    @Test
    void whoMayNotReadIsAskedToSignInOrToldThatThereIsNothing() throws Exception {
        HttpRequest.Builder nobody = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + RAW));
        said(401, "sign in with an access token as the password", nobody);
        said(401, "the access token is not known here, or was revoked, or has expired",
            nobody.header("Authorization", "Bearer wrong"));
        said(404, "there is no repository 'g/none' for you", request(RAW.replace("/g/r/", "/g/none/")));
        assertThat(cluster.content("n1").asked()).isEmpty();
        HttpRequest.Builder open = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + proxy.port() + RAW.replace("/g/", "/public/")));
        assertThat(send(open).statusCode()).isEqualTo(200);
        assertThat(asked().getUser()).isEmpty();
        HttpRequest.Builder post = request(RAW).POST(HttpRequest.BodyPublishers.noBody());
        said(405, "POST is not served here, only GET, HEAD", post);
        assertThat(header(send(post), "Allow")).isEqualTo("GET, HEAD");
    }

    private void said(int status, String sentence, HttpRequest.Builder to) throws Exception {
        HttpResponse<String> answer = send(to);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("trine: " + sentence);
    }

    @Test
    void aNodeThatRefusesIsAvoided() throws Exception {
        cluster.content("n1").refuse(Status.FAILED_PRECONDITION.withDescription("not here"));
        assertThat(send(request(RAW)).body()).isEqualTo("hello\n");
        assertThat(cluster.content("n2").asked()).hasSize(1);
        assertThat(cluster.asked().getLast().getAvoidList()).containsExactly("n1");
        cluster.content("n2").refuse(Status.UNIMPLEMENTED);
        HttpResponse<String> refused = send(request(RAW));
        assertThat(refused.statusCode()).as("two attempts").isEqualTo(503);
    }

    @Test
    void aLimitIsToldAtOnce() throws Exception {
        cluster.content("n1").refuse(Status.RESOURCE_EXHAUSTED.withDescription("too many"));
        HttpResponse<String> refused = send(request(RAW));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).startsWith("trine: too many (request ");
        assertThat(asked().getRequestId()).isEqualTo(header(refused, "X-Request-Id"));
        assertThat(cluster.content("n2").asked()).isEmpty();
        cluster.content("n1").refuse(Status.INVALID_ARGUMENT.withDescription("no prefix"));
        said(400, "no prefix", request(RAW));
    }

    @Test
    void anAnswerThatIsCutIsSeenToBeCut() {
        answer(found(), HELLO);
        cluster.content("n1").endWith(Optional.of(Status.INTERNAL.withDescription("disk")));
        assertThatThrownBy(() -> send(request(RAW))).isInstanceOf(IOException.class);
        assertThat(cluster.content("n2").asked()).as("no second try").isEmpty();
    }

    @Test
    void aDownloadOfWhoIsSuspendedIsBrokenOff() {
        answer(found(), HELLO);
        cluster.content("n1").endWith(Optional.empty());
        cluster.suspend(1);
        assertThatThrownBy(() -> send(request(RAW))).isInstanceOf(IOException.class);
    }
}
