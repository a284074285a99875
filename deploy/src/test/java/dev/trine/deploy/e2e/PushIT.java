package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of push by the stock client, over both doors. */
class PushIT {
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aPushSaysWhichNodesHoldIt(Door door) throws Exception {
        Path work = cluster.created(door, repository(door, "receipt"));
        cluster.commit(work, "a", "one");
        GitClient.Run loud = cluster.git().run(work, "push", "origin", "main");
        assertThat(loud.status()).as(loud.err()).isZero();
        assertThat(loud.err()).containsPattern("remote: trine: version [0-9]+ durable on n[123] n[123]");
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void refsAreCreatedMovedForcedAndDeletedInOnePush(Door door) throws Exception {
        Path work = cluster.created(door, repository(door, "many"));
        GitClient git = cluster.git();
        git.run(work, "push", "-q", "origin", "main:refs/heads/doomed", "main:refs/heads/moved").orFail();
        String second = cluster.commit(work, "b", "two");
        git.run(work, "commit", "-q", "--amend", "-m", "other").orFail();
        git.run(work, "push", "-q", "origin", ":refs/heads/doomed", second + ":refs/heads/moved",
            "main:refs/tags/light", "main:refs/notes/x").orFail();
        assertThat(git.run(work, "push", "origin", "main:moved").status()).isNotZero();
        git.run(work, "push", "-q", "--force-with-lease=moved:" + second, "origin", "main:moved").orFail();
        assertThat(git.run(work, "push", "--force-with-lease=moved:" + second, "origin", second + ":moved").status())
            .isNotZero();
        assertThat(git.run(work, "ls-remote", "origin").orFail()).doesNotContain("doomed")
            .contains("refs/tags/light", "refs/notes/x");
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void anAtomicPushAppliesWhollyOrNotAtAll(Door door) throws Exception {
        String repository = repository(door, "atomic");
        Path work = cluster.created(door, repository);
        GitClient git = cluster.git();
        Path other = cluster.clone(door, repository);
        cluster.commit(other, "theirs", "theirs");
        git.run(other, "push", "-q", "origin", "main").orFail();
        cluster.commit(work, "ours", "ours");
        assertThat(git.run(work, "push", "--atomic", "origin", "main", "main:refs/heads/new").status()).isNotZero();
        assertThat(git.run(work, "ls-remote", "origin").orFail()).doesNotContain("refs/heads/new");
        git.run(work, "push", "-q", "--atomic", "origin", "main:refs/heads/x", "main:refs/heads/y").orFail();
        assertThat(git.run(work, "ls-remote", "--heads", "origin").orFail().lines()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void namesThatCannotStandTogetherAreRefused(Door door) throws Exception {
        Path work = cluster.created(door, repository(door, "names"));
        GitClient git = cluster.git();
        git.run(work, "push", "-q", "origin", "main:refs/heads/a").orFail();
        assertThat(git.run(work, "push", "origin", "main:refs/heads/a/b").status()).isNotZero();
        git.run(work, "push", "-q", "origin", ":refs/heads/a", "main:refs/heads/a/b").orFail();
        assertThat(git.run(work, "ls-remote", "--heads", "origin").orFail()).contains("refs/heads/a/b");
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void pushOptionsAreAccepted(Door door) throws Exception {
        Path work = cluster.created(door, repository(door, "options"));
        cluster.commit(work, "a", "two");
        cluster.git().run(work, "push", "-q", "-o", "ci.skip", "-o", "topic=x", "origin", "main").orFail();
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aPushThatIsTriedAgainUnderItsTokenTakesEffectOnce(Door door) throws Exception {
        String repository = repository(door, "token");
        Path work = cluster.created(door, repository);
        GitClient git = cluster.git();
        String one = git.run(work, "rev-parse", "HEAD").orFail().strip();
        String two = cluster.commit(work, "a", "two");
        String[] named = {"push", "-o", "trine.push-id=build-4711", "origin", two + ":refs/heads/topic"};
        git.run(work, "push", "-q", "origin", one + ":refs/heads/topic").orFail();
        GitClient.Run first = git.run(work, named);
        git.run(work, "push", "-q", "--force", "origin", one + ":refs/heads/topic").orFail();
        GitClient.Run again = git.run(work, named);
        assertThat(first.err()).containsPattern("\\(receipt [0-9]+-[0-9.]+-[0-9a-f]{12}\\)");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.err()).contains("carried out before");
        assertThat(git.run(work, "ls-remote", "origin", "refs/heads/topic").orFail()).startsWith(one);
    }

    @Test
    void aPackThatLacksAnObjectOrIsDamagedIsRefusedAndLeavesNothingVisible() throws Exception {
        Path work = cluster.created(Door.HTTP, "team/incomplete");
        GitClient git = cluster.git();
        String before = git.run(work, "rev-parse", "main").orFail().strip();
        String tip = cluster.commit(work, "b", "a file that is not sent");
        String tree = git.run(work, "rev-parse", "main^{tree}").orFail().strip();
        String sent = git.feed(work, in -> in.write((tip + "\n" + tree + "\n").getBytes()), "pack-objects", "-q",
            "sent").orFail().strip();
        byte[] pack = Files.readAllBytes(work.resolve("sent-" + sent + ".pack"));
        assertThat(receive("team/incomplete", before, tip, pack)).contains("ng refs/heads/main");
        pack[pack.length / 2] ^= 1;
        assertThat(receive("team/incomplete", before, tip, pack)).contains("ng refs/heads/main")
            .doesNotContain("unpack ok");
        assertThat(git.run(work, "ls-remote", "origin", "main").orFail()).startsWith(before);
        git.run(work, "push", "-q", "origin", "main").orFail();
    }

    /** Pushes main as a client would that makes its own packs, and returns the report. */
    private static String receive(String repository, String before, String after, byte[] pack) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String command = before + " " + after + " refs/heads/main\0 report-status";
        body.writeBytes(String.format("%04x%s0000", command.length() + 4, command).getBytes());
        body.writeBytes(pack);
        HttpRequest request = HttpRequest.newBuilder()
            .uri(URI.create(cluster.url(Door.HTTP, repository) + "/git-receive-pack"))
            .header("Authorization", "Bearer " + cluster.endpoints().token())
            .header("Content-Type", "application/x-git-receive-pack-request")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void twoWritersNeverOverwriteEachOther(Door door) throws Exception {
        String repository = repository(door, "race");
        Path work = cluster.created(door, repository);
        Path other = cluster.clone(door, repository);
        cluster.commit(work, "ours", "ours");
        cluster.commit(other, "theirs", "theirs");
        Stream<Path> writers = List.of(work, other).parallelStream();
        List<GitClient.Run> runs = writers.map(writer -> push(writer)).toList();
        assertThat(runs.stream().filter(run -> run.status() == 0)).hasSize(1);
    }

    private static GitClient.Run push(Path writer) {
        try {
            return cluster.git().run(writer, "push", "origin", "main");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String repository(Door door, String name) {
        return "team/" + door.name().toLowerCase() + "/" + name;
    }
}
