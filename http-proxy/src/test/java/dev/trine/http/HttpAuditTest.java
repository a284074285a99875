package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.trine.common.audit.AuditFile;
import dev.trine.common.audit.Verification;
import dev.trine.common.relay.FakeCluster;
import dev.trine.common.relay.GitBackend;
import dev.trine.common.relay.GitClient;
import dev.trine.proto.ContentHead;
import dev.trine.proto.UpstreamCredential;
import dev.trine.proto.UpstreamRoute;
import io.grpc.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the audit of the HTTP proxy keeps of what a stock git does. */
@Timeout(120)
class HttpAuditTest {
    @TempDir
    private Path dir;
    private Door door;
    private FakeCluster cluster;
    private HttpProxy proxy;

    @BeforeEach
    void start() throws Exception {
        door = new Door(dir);
        cluster = door.cluster();
        proxy = new Proxies(cluster).audited(dir.resolve("audit"));
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        door.close();
    }

    private String url(String user) {
        return "http://" + user + "127.0.0.1:" + proxy.port() + "/g/r.git";
    }

    /** What was written, once the proxy has stopped. */
    private List<String> lines(Predicate<String> wanted) throws Exception {
        proxy.close();
        return lines(dir.resolve("audit"), wanted);
    }

    private static List<String> lines(Path directory, Predicate<String> wanted) throws Exception {
        assertThat(Verification.of(directory).holds()).isTrue();
        List<String> lines = new ArrayList<>();
        for (AuditFile file : AuditFile.in(directory)) {
            lines.addAll(Files.readAllLines(file.path()));
        }
        return lines.stream().filter(wanted).toList();
    }

    private static Predicate<String> of(String action) {
        return line -> line.contains("\"action\":\"" + action + "\"");
    }

    @Test
    void aCloneIsKeptWithWhoMadeItAndHisSignInOnce() throws Exception {
        GitClient git = GitClient.in(dir.resolve("tmp"), Map.of());
        git.run("clone", "--quiet", url("any:t1@"), dir + "/clone");
        List<String> lines = lines(line -> true);
        assertThat(lines.stream().filter(of("sign-in")).toList()).singleElement().satisfies(line ->
            assertThat(line).contains("\"result\":\"ok\"", "\"actor\":\"alice\"", "\"credential\":\"user 5\"",
                "\"client\":\"127.0.0.1:", "\"door\":\"http\""));
        assertThat(lines.stream().filter(of("fetch")).toList()).last().satisfies(line -> assertThat(line)
            .contains("\"result\":\"ok\"", "\"actor\":\"alice\"", "\"repo\":\"g/r\"", "\"repo_id\":\"000",
                "\"bytes_in\":", "\"bytes_out\":"));
    }

    @Test
    void aTokenThatDoesNotWorkIsKeptByItsHashAndAPasswordNotAtAll() throws Exception {
        GitClient git = GitClient.in(dir.resolve("tmp"), Map.of());
        git.tryRun("ls-remote", url("any:trine_pat_nonsense@"));
        git.tryRun("ls-remote", url("any:hunter2@"));
        List<String> lines = lines(line -> true);
        assertThat(lines.stream().filter(of("sign-in"))).hasSize(2).allSatisfy(line ->
            assertThat(line).contains("\"result\":\"refused\"", "the access token is not known here"));
        assertThat(lines.toString()).contains("access token with SHA-256 ", "no access token of this version")
            .doesNotContain("nonsense", "hunter2");
    }

    @Test
    void anExchangeIsASignInAndNeitherJwtNorTokenIsKept() throws Exception {
        cluster.exchange(Map.of("a.good.jwt", "trine_wkl_x"));
        cluster.refuseExchange(Status.INVALID_ARGUMENT.withDescription("it is none"));
        exchange(proxy, "a.good.jwt");
        exchange(proxy, "a.bad.jwt");
        List<String> lines = lines(of("sign-in"));
        assertThat(lines).hasSize(2).first().satisfies(line -> assertThat(line).contains("\"result\":\"ok\"",
            "\"actor\":\"workload ci app\"", "JWT, exchanged for an access token"));
        assertThat(lines.getLast()).contains("\"result\":\"refused\"", "it is none").doesNotContain("\"actor\"");
        assertThat(lines.toString()).doesNotContain(".jwt", "trine_wkl");
    }

    private static HttpResponse<String> exchange(HttpProxy at, String jwt) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port() + "/-/oidc/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
                    + "&subject_token_type=urn:ietf:params:oauth:token-type:jwt&subject_token=" + jwt)).build(),
                HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void noTokenIsGivenThatAnAuditWhichHasToBeWholeCannotTellOf() throws Exception {
        cluster.exchange(Map.of("a.good.jwt", "trine_wkl_x"));
        Path directory = dir.resolve("audit3");
        try (HttpProxy strict = door.proxy("audit: {dir: " + directory + ", file-max: 4k, when-full: refuse}")) {
            Files.move(directory, dir.resolve("away"));
            HttpResponse<String> answer = exchange(strict, "a.good.jwt");
            while (answer.statusCode() == 200) {
                answer = exchange(strict, "a.good.jwt");
            }
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("this service cannot write down who does what");
        }
    }

    @Test
    void whatIsRefusedIsKeptWithItsReason() throws Exception {
        GitClient git = GitClient.in(dir.resolve("tmp"), Map.of());
        cluster.denyWrites(5, Status.PERMISSION_DENIED.withDescription("you may read g/r but not write"));
        git.run("init", "--quiet");
        git.commit("one");
        git.tryRun("push", url("any:t1@"), "HEAD:refs/heads/main");
        git.tryRun("push", url(""), "HEAD:refs/heads/main");
        assertThat(lines(of("push"))).last().satisfies(line -> assertThat(line).contains("nobody has signed in")
            .contains("\"repo\":\"/g/r.git\"").doesNotContain("\"actor\""));
        assertThat(lines(of("push"))).anySatisfy(line -> assertThat(line).contains("\"result\":\"refused\"",
            "\"actor\":\"alice\"", "you may read g/r but not write"));
    }

    @Test
    void ofManyRefusalsOfNobodyOnlySomeAreKeptAndOfAUserEach() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String nothing = "http://127.0.0.1:" + proxy.port() + "/g/nothing.git/info/refs?service=git-upload-pack";
            for (int i = 0; i < 300; i++) {
                client.send(HttpRequest.newBuilder(URI.create(nothing)).build(),
                    HttpResponse.BodyHandlers.discarding());
            }
            for (int i = 0; i < 30; i++) {
                Door.get(client, nothing);
            }
        }
        List<String> lines = lines(of("fetch"));
        // ten a minute, and the test takes two at most
        assertThat(lines).filteredOn(line -> !line.contains("\"actor\"")).hasSizeBetween(10, 40);
        assertThat(lines).filteredOn(line -> line.contains("\"actor\":\"alice\"")).hasSize(30);
    }

    @Test
    void whatAnUpstreamServesOrDoesNotIsKeptWithItsName() throws Exception {
        try (GitBackend old = GitBackend.start(dir.resolve("old"))) {
            old.create("g/there");
            cluster.send("g/there", UpstreamRoute.newBuilder().setName("old").setRepositoryUrl(old.url()
                + "/g/there.git").setCredential(UpstreamCredential.NO_CREDENTIAL).build());
            GitClient git = GitClient.in(dir.resolve("tmp"), Map.of());
            String url = "http://x:t1@127.0.0.1:" + proxy.port() + "/g/there.git";
            git.run("ls-remote", url);
            old.answer(500, Map.of(), "");
            git.tryRun("ls-remote", url);
        }
        List<String> lines = lines(of("list-refs"));
        assertThat(lines).hasSize(2).allSatisfy(line -> assertThat(line).contains("\"actor\":\"alice\"",
            "\"repo\":\"g/there\"", "\"upstream\":\"old\""));
        assertThat(lines.getFirst()).contains("\"result\":\"ok\"");
        assertThat(lines.getLast()).contains("\"result\":\"refused\"", "upstream old answers 500");
    }

    @Test
    void whatIsCutWhenTheProxyStopsIsKept() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (HttpProxy hasty = door.proxy("audit: {dir: " + dir.resolve("audit2") + "}",
            "limits: {stop-max: 100ms}")) {
            for (int i = 0; i < 20; i++) {
                clients.add(new RawClient(hasty.port()).send(RawClient.RECEIVE + RawClient.TOKEN
                    + "Transfer-Encoding: chunked\r\n\r\n8\r\n0032"));
            }
            while (cluster.node("n1").running() < clients.size()) {
                Thread.onSpinWait();
            }
        }
        for (RawClient client : clients) {
            client.close();
        }
        assertThat(lines(dir.resolve("audit2"), of("push"))).hasSize(20)
            .allSatisfy(line -> assertThat(line).contains("\"result\":\"broken\""));
    }

    @Test
    void downloadsAreKeptWithWhatTheyWereOf() throws Exception {
        byte[] hello = {'h', 'i'};
        cluster.content("n1").answer(ContentHead.newBuilder().setOutcome(ContentHead.Outcome.FOUND).setSize(2)
            .setCommitId(ByteString.copyFrom(new byte[20])), hello);
        try (HttpClient client = HttpClient.newHttpClient()) {
            get(client, "/-/raw/main/src/x.c");
            cluster.content("n1").answer(ContentHead.newBuilder().setOutcome(ContentHead.Outcome.MISSING)
                .setMessage("there is no such thing"), new byte[0]);
            get(client, "/-/archive/v9.zip?path=src");
        }
        List<String> lines = lines(of("download"));
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).contains("\"result\":\"ok\"", "\"actor\":\"alice\"", "\"repo\":\"g/r\"",
            "\"file\":\"main/src/x.c\"", "\"commit\":\"0000", "\"bytes_out\":2", "\"request\":\"r7\"");
        assertThat(lines.getLast()).contains("\"result\":\"refused\"", "there is no such thing",
            "\"archive\":\"v9\"", "\"paths\":\"src\"");
    }

    private void get(HttpClient client, String path) throws Exception {
        client.send(HttpRequest.newBuilder(URI.create(url("") + path)).header("Authorization", "Bearer t1")
            .header("X-Request-Id", "r7").build(), HttpResponse.BodyHandlers.discarding());
    }
}
