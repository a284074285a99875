package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Files and archives by URL, from a real cluster; git archive is the judge. */
class ContentIT {
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static TestCluster cluster;
    private static Path work;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        work = cluster.created(Door.HTTP, "shop/app");
        Files.writeString(work.resolve("run.sh"), "#!/bin/sh\n");
        assertThat(work.resolve("run.sh").toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(work.resolve("link"), Path.of("README"));
        Files.writeString(work.resolve(".gitattributes"), "*.tmp export-ignore\n");
        Files.writeString(work.resolve("x.tmp"), "x\n");
        Files.write(work.resolve("large.bin"), bytes(3_000_000));
        cluster.commit(work, "src/deep/down.txt", "deep");
        git("tag", "-a", "-m", "release", "rel/1.0");
        git("push", "-q", "origin", "main", "rel/1.0");
    }

    @AfterAll
    static void stop() throws Exception {
        CLIENT.close();
        cluster.close();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static String git(String... command) throws Exception {
        return cluster.git().run(work, command).orFail();
    }

    private static HttpRequest.Builder request(String rest, String token) {
        String base = cluster.endpoints().http().toString().replaceAll("/$", "");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/shop/app/-/" + rest));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<byte[]> get(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> get(String rest) throws Exception {
        return get(request(rest, cluster.endpoints().token()));
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static Path unpacked(Path archive) throws Exception {
        Path into = cluster.fresh();
        GitClient.Run run = cluster.git().command(into, List.of("tar", "-xf", archive.toString()));
        assertThat(run.status()).as(run.err()).isZero();
        return into;
    }

    private static void assertSame(Path ours, Path git) throws IOException, InterruptedException {
        GitClient.Run diff = cluster.git().command(ours,
            List.of("diff", "-r", "--no-dereference", git.toString(), ours.toString()));
        assertThat(diff.status()).as(diff.out() + diff.err()).isZero();
    }

    private static Path written(HttpResponse<byte[]> response, String name) throws IOException {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
        return Files.write(cluster.fresh().resolve(name), response.body());
    }

    @Test
    void archivesHoldWhatGitArchivePutsIntoThem() throws Exception {
        Path git = cluster.fresh().resolve("git.tar");
        git("archive", "--format=tar", "--prefix=app-1.0/", "-o", git.toString(), "rel/1.0");
        Path expected = unpacked(git);
        Path ours = unpacked(written(get("archive/rel/1.0.tar.gz?prefix=app-1.0/"), "ours.tar.gz"));
        assertSame(ours, expected);
        assertThat(Files.isExecutable(ours.resolve("app-1.0/run.sh"))).isTrue();
        assertThat(Files.isSymbolicLink(ours.resolve("app-1.0/link"))).isTrue();
        assertThat(ours.resolve("app-1.0/x.tmp")).doesNotExist();
        try (ZipFile zip = new ZipFile(
                 written(get("archive/rel/1.0.zip?prefix=app-1.0/"), "ours.zip").toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!entry.isDirectory() && !entry.getName().endsWith("/link")) {
                    assertThat(zip.getInputStream(entry)).as(entry.getName())
                        .hasBinaryContent(Files.readAllBytes(expected.resolve(entry.getName())));
                }
            }
            assertThat(zip.stream().map(ZipEntry::getName)).contains("app-1.0/link", "app-1.0/src/deep/down.txt")
                .doesNotContain("app-1.0/x.tmp");
            assertThat(zip.getComment()).isEqualTo(git("rev-parse", "main").strip());
        }
        Path part = cluster.fresh().resolve("part.tar");
        git("archive", "--format=tar", "-o", part.toString(), "main", "src", "README");
        assertSame(unpacked(written(get("archive/main.tar.gz?path=src&path=README"), "part.tar.gz")), unpacked(part));
    }

    @Test
    void aDownloadThatBrokeOffIsGoneOnWithWhicheverNodeServes() throws Exception {
        HttpResponse<byte[]> whole = get("archive/main.zip");
        String tag = header(whole, "ETag");
        HttpResponse<byte[]> rest = get(request("archive/main.zip", cluster.endpoints().token())
            .header("Range", "bytes=100000-").header("If-Range", tag));
        assertThat(header(rest, "ETag")).isEqualTo(tag);
        assertThat(rest.body()).isEqualTo(rest.statusCode() == 206
            ? Arrays.copyOfRange(whole.body(), 100_000, whole.body().length) : whole.body());
        assertThat(get(request("archive/main.zip", cluster.endpoints().token()).header("If-None-Match", tag))
            .statusCode()).isEqualTo(304);
        HttpResponse<byte[]> part = get(request("raw/main/large.bin", cluster.endpoints().token())
            .header("Range", "bytes=2999990-"));
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 2999990-2999999/3000000");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes(3_000_000), 2_999_990, 3_000_000));
    }

    @Test
    void aFileIsServedToWhoMayReadTheRepository() throws Exception {
        HttpResponse<byte[]> file = get("raw/rel/1.0/src/deep/down.txt");
        assertThat(text(file)).isEqualTo("deep\n");
        assertThat(header(file, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(header(file, "Trine-Commit")).isEqualTo(git("rev-parse", "main").strip());
        assertThat(header(file, "ETag")).isEqualTo("\"" + git("rev-parse", "main:src/deep/down.txt").strip() + "\"");
        assertThat(get("raw/main/large.bin").body()).isEqualTo(bytes(3_000_000));
        assertThat(get(request("raw/main/README", "")).statusCode()).isEqualTo(401);
        cluster.read("user", "create", "carol");
        String carol = cluster.read("token", "create", "carol").path("secret").asString();
        assertThat(get(request("raw/main/README", carol)).statusCode()).isEqualTo(404);
        cluster.read("grant", "set", "carol", "shop", "read");
        assertThat(text(get(request("raw/main/README", carol)))).isEqualTo("hello\n");
    }

    @Test
    void aCommitThatNoRefReachesAnyMoreIsGone() throws Exception {
        String main = git("rev-parse", "main").strip();
        String lost = git("commit-tree", "-m", "lost", "-p", main, main + "^{tree}").strip();
        git("push", "-q", "origin", lost + ":refs/heads/short");
        assertThat(text(get("raw/" + lost + "/README"))).isEqualTo("hello\n");
        git("push", "-q", "origin", ":refs/heads/short");
        HttpResponse<byte[]> gone = get("raw/" + lost + "/README");
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(text(gone)).startsWith(
            "trine: there is no commit " + lost + " that a branch, tag or other ref reaches (request ");
        assertThat(get("archive/" + lost + ".zip").statusCode()).isEqualTo(404);
        assertThat(get("archive/" + main + ".zip").statusCode()).isEqualTo(200);
    }
}
