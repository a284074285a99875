package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RefLimits;
import dev.trine.common.relay.FakeCluster;
import dev.trine.common.relay.GitBackend;
import dev.trine.common.relay.GitClient;
import dev.trine.proto.RefLimit;
import dev.trine.proto.UpstreamCredential;
import dev.trine.proto.UpstreamRoute;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protected refs of what an older Git host serves still: what is refused before it gets there. */
@Timeout(120)
class UpstreamPushTest {
    private static final String ZERO = "0".repeat(40);
    private static final String ONE = "1".repeat(40);
    private static final RefLimit.Builder NOTHING = RefLimit.newBuilder();

    @TempDir
    private Path dir;
    private FakeCluster cluster;
    private GitBackend old;
    private HttpProxy proxy;
    private GitClient work;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster(dir, 1);
        cluster.token("t1", 5, "alice");
        old = GitBackend.start(dir.resolve("old"));
        old.create("g/r");
        proxy = new Proxies(cluster).usual();
        cluster.send("g/r", UpstreamRoute.newBuilder().setName("old").setRepositoryUrl(old.url() + "/g/r.git")
            .setCredential(UpstreamCredential.NO_CREDENTIAL).build());
        work = GitClient.in(dir.resolve("work"), Map.of());
        work.run("init", "--quiet");
        work.commit("one");
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        old.close();
        cluster.close();
    }

    private static RefLimit none(String pattern) {
        return NOTHING.clone().setPattern(pattern).build();
    }

    private String url() {
        return "http://x:t1@127.0.0.1:" + proxy.port() + "/g/r.git";
    }

    private String there() throws IOException {
        return work.run("ls-remote", dir + "/old/g/r.git");
    }

    private String refused(String... refspecs) throws Exception {
        old.seen().clear();
        String[] command = new String[refspecs.length + 2];
        command[0] = "push";
        command[1] = url();
        System.arraycopy(refspecs, 0, command, 2, refspecs.length);
        GitClient.Result result = work.tryRun(command);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(old.seen()).as("what the upstream was asked").allMatch(seen -> seen.method().equals("GET"));
        return result.output();
    }

    @Test
    void aPushToAProtectedBranchDoesNotGetThereAndOthersDo() throws Exception {
        cluster.limit(none("refs/heads/main"));
        assertThat(refused("main")).contains("remote: error: you may not change 'refs/heads/main', which the rule"
            + " 'refs/heads/main' protects; ask a maintainer, or push to another ref (request ")
            .contains("! [remote rejected] main -> main (protected ref)");
        assertThat(refused("main", "main:topic")).contains("main -> main (protected ref)")
            .contains("main -> topic (refused with another ref of this push)");
        work.run("push", url(), "main:topic");
        assertThat(there()).contains("refs/heads/topic").doesNotContain("refs/heads/main");
    }

    @Test
    void aRouteWithMoreLimitsThanAProxyHoldsAPushToIsRefusedWithASentence() throws Exception {
        cluster.limit(IntStream.rangeClosed(0, RefLimits.MAX).mapToObj(i -> none("refs/heads/b" + i))
            .toArray(RefLimit[]::new));
        GitClient.Result result = work.tryRun("push", url(), "main:topic");
        assertThat(result.exit()).isNotZero();
        assertThat(result.output()).contains("the shard router names a way that this proxy cannot take: 1001 limits of"
            + " refs, at most 1000 are accepted (request ");
        assertThat(there()).isEmpty();
    }

    @Test
    void deletingAndMovingATagHaveTheirOwnLeave() throws Exception {
        work.run("tag", "v1");
        work.run("push", url(), "main", "v1");
        work.commit("two");
        cluster.limit(RefLimit.newBuilder().setPattern("refs/**").setPush(true).build());
        assertThat(refused(":main")).contains("you may not delete 'refs/heads/main'");
        work.run("tag", "--force", "v1");
        assertThat(refused("--force", "v1")).contains("you may not force-push 'refs/tags/v1'");
        work.run("tag", "v2");
        work.run("push", url(), "main", "v2");
        assertThat(there()).contains(work.run("rev-parse", "main").strip() + "\trefs/heads/main")
            .contains("refs/tags/v2");
    }

    @Test
    void manyMegabytesPassBehindWhatWasLookedAtAndAreNotNeededForARefusal() throws Exception {
        Random random = new Random(1);
        byte[] noise = new byte[24 << 20];
        random.nextBytes(noise);
        Files.write(dir.resolve("work/noise"), noise);
        work.run("add", ".");
        work.commit("noise");
        cluster.limit(none("refs/heads/main"));
        work.run("push", url(), "main:topic");
        work.run("clone", "--quiet", "--branch", "topic", dir + "/old/g/r.git", dir + "/clone");
        assertThat(Files.mismatch(dir.resolve("clone/noise"), dir.resolve("work/noise"))).isEqualTo(-1);
        random.nextBytes(noise); // as many megabytes that are not there yet
        Files.write(dir.resolve("work/noise"), noise);
        work.run("add", ".");
        work.commit("more");
        GitClient.Result result = work.tryRun("push", url(), "main");
        assertThat(result.output()).contains("main -> main (protected ref)");
        assertThat(there()).doesNotContain("refs/heads/main");
    }

    private HttpResponse<byte[]> post(byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port()
            + "/g/r/git-receive-pack")).header("Authorization", "Bearer t1")
            .header("Content-Type", "application/x-git-receive-pack-request").POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        }
    }

    private static byte[] command(String from, String to, String ref, String capabilities) {
        return (new String(PktLine.of(from + " " + to + " " + ref + "\0" + capabilities), StandardCharsets.UTF_8)
            + PktLine.FLUSH).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void aPackedRequestIsLookedIntoToo() throws Exception {
        cluster.limit(none("refs/heads/**"));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(command(ONE, ZERO, "refs/heads/a/b", " report-status side-band-64k"));
        }
        HttpResponse<byte[]> answer = post(packed.toByteArray(), "Content-Encoding", "gzip");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).contains("you may not delete 'refs/heads/a/b'")
            .contains("ng refs/heads/a/b protected ref");
        assertThat(old.seen()).isEmpty();
    }

    @Test
    void whoUnderstandsNoReportIsToldByTheStatus() throws Exception {
        cluster.limit(none("refs/heads/**"));
        HttpResponse<byte[]> answer = post(command(ZERO, ONE, "refs/heads/b\u00fc", ""));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(text(answer)).startsWith("trine: you may not change 'refs/heads/b\u00fc', which the rule");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rubbish", "0", "0003", "0001", "-001", "0032x"})
    void whatIsNotInGitsFramingDoesNotGetThere(String body) throws Exception {
        malformed(body, "the request body is not in Git's framing, or not whole");
    }

    @Test
    void whatIsNoPushOrCannotBeLookedIntoDoesNotGetThere() throws Exception {
        malformed("000bpack me0000", "the request body does not begin with commands of a push");
        malformed("0015push-cert\0 atomic\n",
            "signed pushes are not accepted where rules protect refs; push without --signed");
    }

    private void malformed(String body, String why) throws Exception {
        cluster.limit(none("refs/heads/main"));
        HttpResponse<byte[]> answer = post(body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer)).startsWith("trine: " + why);
        assertThat(old.seen()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10000, 200", "12000, 413"})
    void aPushOfVeryManyRefsIsRefused(int refs, int status) throws Exception {
        cluster.limit(none("refs/heads/main"));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < refs; i++) {
            body.writeBytes(PktLine.of(ZERO + " " + ONE + " " + "refs/heads/%06d".formatted(i)));
        }
        body.writeBytes(PktLine.FLUSH.getBytes(StandardCharsets.US_ASCII));
        HttpResponse<byte[]> answer = post(body.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 413) {
            assertThat(text(answer)).startsWith("trine: the push names so many refs that it takes more than 1048576"
                + " bytes, the limit where rules protect refs; push them in parts (request ");
        }
        assertThat(old.seen().isEmpty()).isEqualTo(status == 413);
    }

    @Test
    void aPackedRequestIsBoundedBothAsItComesAndUnpacked() throws Exception {
        cluster.limit(none("refs/heads/main"));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            for (int i = 0; i < 12_000; i++) {
                gzip.write(PktLine.of(ZERO + " " + ONE + " " + "refs/heads/%06d".formatted(i)));
            }
            gzip.write(PktLine.FLUSH.getBytes(StandardCharsets.UTF_8));
        }
        HttpResponse<byte[]> unpacked = post(packed.toByteArray(), "Content-Encoding", "gzip");
        assertThat(unpacked.statusCode()).isEqualTo(413);
        assertThat(text(unpacked))
            .startsWith("trine: the gzip request body unpacks to more than 1m (limits.inflated-max)");
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        named.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0}); // gzip, a file's name follows
        named.writeBytes("x".repeat(3 * PushCommands.BYTES_MAX).getBytes(StandardCharsets.US_ASCII));
        HttpResponse<byte[]> asItComes = post(named.toByteArray(), "Content-Encoding", "gzip");
        assertThat(asItComes.statusCode()).isEqualTo(413);
        assertThat(text(asItComes)).startsWith("trine: the push names so many refs that it takes more than 1048576");
        assertThat(old.seen()).isEmpty();
    }

    @Test
    void whoAsksFirstWhetherHeMayIsAnswered() throws Exception {
        cluster.limit(none("refs/heads/main"));
        assertThat(post(PktLine.FLUSH.getBytes(StandardCharsets.US_ASCII)).statusCode()).isEqualTo(200);
        assertThat(old.seen()).hasSize(1);
    }
}
