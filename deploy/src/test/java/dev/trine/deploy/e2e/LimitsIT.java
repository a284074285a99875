package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.e2e.TestCluster.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stock git is told over either door when something is too large, and how it ends. */
class LimitsIT {
    private static final int REJECTED = 1;
    private static final int FATAL = 128;
    private static final Random RANDOM = new Random(7);
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start();
        for (String node : List.of("n1", "n2", "n3")) {
            Files.writeString(cluster.data().resolve("conf/" + node + ".yaml"), """
                objects: {pack-max: 200k, pack-objects-max: 60, object-max: 100k}
                push: {commands-max: 4, refs-max: 6, request-max: 1k}
                """, StandardOpenOption.APPEND);
        }
        cluster.processes().down();
        cluster.resume();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static Path work(Door door, String name) throws Exception {
        return cluster.created(door, "limits/" + name + "-" + door.name().toLowerCase());
    }

    private static void noise(Path work, int files, int bytesEach) throws IOException, InterruptedException {
        for (int i = 0; i < files; i++) {
            byte[] noise = new byte[bytesEach];
            RANDOM.nextBytes(noise);
            Files.write(work.resolve("noise" + i), noise);
        }
        cluster.commit(work, "more", "noise");
    }

    private static void refused(Path work, int status, List<String> sentences, String... command) throws Exception {
        GitClient.Run run = cluster.git().run(work, command);
        assertThat(run.err()).contains(sentences);
        assertThat(run.status()).as(run.err()).isEqualTo(status);
    }

    /** How git ends when its push is broken off: over HTTP a helper of it has spoken, and fails for it. */
    private static int brokenOff(Door door) {
        return door == Door.HTTP ? REJECTED : FATAL;
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aPackThatIsTooLarge(Door door) throws Exception {
        Path work = work(door, "pack");
        noise(work, 4, 80_000);
        refused(work, REJECTED, List.of("remote unpack failed: the pack is longer than the limit of 204800 bytes"
            + " (objects.pack-max); push fewer commits at a time", "main -> main (unpacker error)"), "push", "origin",
            "main");
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aPackWithTooManyObjects(Door door) throws Exception {
        Path work = work(door, "objects");
        noise(work, 70, 10);
        refused(work, REJECTED, List.of("remote unpack failed: the pack has 7", " objects, over the limit of 60"
            + " (objects.pack-objects-max); push fewer commits at a time"), "push", "origin", "main");
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void anObjectThatIsTooLarge(Door door) throws Exception {
        Path work = work(door, "object");
        noise(work, 1, 150_000);
        refused(work, REJECTED, List.of("remote unpack failed: an object of 150000 bytes is over the limit of 102400"
            + " (objects.object-max); remove it from the history"), "push", "origin", "main");
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aPushOfTooManyRefs(Door door) throws Exception {
        refused(work(door, "refs"), brokenOff(door), List.of("more than 4 refs in one push, the limit of this server"
            + " (push.commands-max); push them in parts"), push(5, "b"));
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aPushWhoseCommandsAreTooLong(Door door) throws Exception {
        refused(work(door, "commands"), brokenOff(door), List.of("the request is longer than 1024 bytes, the limit of"
            + " this server (push.request-max); name fewer refs at a time"), push(4, "x".repeat(220)));
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aRefTooManyInARepository(Door door) throws Exception {
        Path work = work(door, "all");
        cluster.git().run(work, push(4, "b")).orFail();
        refused(work, REJECTED, List.of("this repository may have 6 refs (push.refs-max) and would have more; delete"
            + " some that nobody needs, then push again", "(too many refs)"), push(4, "c"));
    }

    private static String[] push(int refs, String name) {
        List<String> command = new ArrayList<>(List.of("push", "origin"));
        for (int i = 0; i < refs; i++) {
            command.add("main:refs/heads/" + name + i);
        }
        return command.toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aPathThatIsTooLong(Door door) throws Exception {
        refused(cluster.fresh(), FATAL, List.of("trine: a repository path has at most 512 bytes (request "),
            "ls-remote", cluster.url(door, "g/" + "x".repeat(511)));
    }
}
