package dev.trine.server.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Git;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git, cloning from a node whose pack is damaged: it gets the right bytes or an error. */
class DamagedCloneTest {
    private static final Duration MAX = Duration.ofSeconds(120);
    private static final RepoId REPO = new RepoId("ee112233445566778899aabbccddeeff");
    private static final int LARGE = 20 << 20;

    @TempDir
    private Path dir;

    @Test
    void aCloneThatMeetsDamageInMidStreamGetsNoWrongByteAndTheNextOneGetsThemAll() throws Exception {
        try (ProcessCluster cluster = ProcessCluster.start(dir, dir.resolve("n1"), NodeStart.usual())) {
            assertThat(cluster.startVictim("dev.trine.server.Main", Map.of())).isTrue();
            cluster.create(REPO);
            cluster.routeTo(ProcessCluster.VICTIM);
            Git git = new Git(Files.createDirectories(dir.resolve("work")));
            git.run("init", "--quiet");
            byte[] large = new byte[LARGE];
            new Random(5).nextBytes(large);
            Files.write(git.directory().resolve("large"), large);
            git.run("add", "-A");
            git.commit("large");
            git.push(cluster.url(REPO), "HEAD:refs/heads/main");
            await().atMost(MAX).until(() -> cluster.areLevel(REPO));
            Path pack = pack();
            byte[] before = Files.readAllBytes(pack);
            cluster.stopVictim(false); // what it has in memory is whole
            flip(pack);
            assertThat(cluster.startVictim("dev.trine.server.Main", Map.of())).isTrue();

            Git.Result first = new Git(dir).tryRun("clone", cluster.url(REPO), "first");

            if (first.exit() == 0) {
                assertThat(dir.resolve("first/large")).hasBinaryContent(large);
            } else {
                assertThat(first.output()).contains("fatal: ");
                assertThat(dir.resolve("first")).doesNotExist();
            }
            await().atMost(MAX).until(() ->
                new Git(dir).tryRun("clone", "--quiet", cluster.url(REPO), "second").exit() == 0);
            assertThat(dir.resolve("second/large")).hasBinaryContent(large);
            new Git(dir.resolve("second")).run("fsck", "--full", "--strict");
            await().atMost(MAX).ignoreException(UncheckedIOException.class) // it is being replaced
                .untilAsserted(() -> assertThat(pack).hasBinaryContent(before));
            assertThat(cluster.victimLog()).contains("cause=\"CORRUPT\"");
        }
    }

    private Path pack() throws Exception {
        try (Stream<Path> files = Files.list(dir.resolve("n1/objects/ee").resolve(REPO.value()))) {
            return files.filter(file -> file.toString().endsWith(".pack")).findFirst().orElseThrow();
        }
    }

    private static void flip(Path file) throws Exception {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(open.length() / 2);
            int was = open.read();
            open.seek(open.length() / 2);
            open.write(was ^ 4);
        }
    }
}
