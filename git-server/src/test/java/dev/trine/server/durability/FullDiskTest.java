package dev.trine.server.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.RepoId;
import dev.trine.proto.Role;
import dev.trine.server.hosting.Git;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that really is full, under a node to which the real git pushes. Needs the right to mount one. */
class FullDiskTest {
    private static final Duration MAX = Duration.ofSeconds(120);
    private static final long LEFT = 6 << 20;
    private static final int LARGE = 16 << 20;

    @TempDir
    private Path dir;
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectories(dir.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=640m", "tmpfs", disk.toString()))
            .as("the right to mount a file system").isZero();
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "--lazy", disk.toString());
    }

    private static int run(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1; // there is no such command
        }
    }

    @Test
    void aPushThatFillsTheDiskIsRefusedInOneSentenceAndTheNodeGoesOnWhenThereIsRoom() throws Exception {
        try (ProcessCluster cluster = ProcessCluster.start(dir, disk.resolve("n1"), NodeStart.usual())) {
            assertThat(cluster.startVictim("dev.trine.server.Main", Map.of())).isTrue();
            RepoId repo = new RepoId("dd112233445566778899aabbccddeeff");
            cluster.create(repo);
            cluster.routeTo(ProcessCluster.VICTIM);
            Git git = new Git(Files.createDirectories(dir.resolve("work")));
            git.run("init", "--quiet");
            String before = git.commit("small");
            git.push(cluster.url(repo), "HEAD:refs/heads/main");
            Path filler = fill();
            byte[] large = new byte[LARGE];
            new Random(3).nextBytes(large);
            Files.write(git.directory().resolve("large"), large);
            git.run("add", "-A");
            String after = git.commit("large");

            String said = git.tryRun("push", cluster.url(repo), "HEAD:refs/heads/main").output();

            assertThat(said).contains("error: remote unpack failed: nothing was changed, the disk of the node that"
                + " took this push is full; push again: another node takes it, or this one when it has room");
            cluster.routeTo("n2");
            assertThat(git.run("ls-remote", cluster.url(repo), "refs/heads/main")).startsWith(before);
            git.push(cluster.url(repo), "HEAD:refs/heads/main"); // the two others are enough
            Files.delete(filler);
            await().atMost(MAX).until(() -> cluster.areLevel(repo)
                && cluster.describe(ProcessCluster.VICTIM, repo).getRole() == Role.VOTER);
            cluster.routeTo(ProcessCluster.VICTIM);
            git.run("clone", "--quiet", cluster.url(repo), dir.resolve("clone").toString());
            assertThat(dir.resolve("clone/large")).hasBinaryContent(large);
            assertThat(new Git(dir.resolve("clone")).run("rev-parse", "HEAD").strip()).isEqualTo(after);
            git.commit("after that");
            git.push(cluster.url(repo), "HEAD:refs/heads/main");
            assertThat(cluster.victimIsAlive()).isTrue();
        }
    }

    /** Leaves less room than the push needs, and more than the node's reserve. */
    private Path fill() throws IOException {
        Path filler = disk.resolve("filler");
        try (OutputStream file = Files.newOutputStream(filler)) {
            byte[] some = new byte[1 << 20];
            while (disk.toFile().getUsableSpace() > LEFT) {
                file.write(some);
            }
        }
        return filler;
    }
}
