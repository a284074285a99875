package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaPacksTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path nodes;

    @Test
    void aNodeWithALargePackWithoutABitmapIsNotDone() throws Exception {
        pack("n1", "a", 5_000, 0);
        bitmap("n1", "a");
        pack("n2", "a", 5_000, 0);
        assertThat(new ReplicaPacks(nodes).areRewritten()).isFalse();
        bitmap("n2", "a");
        assertThat(new ReplicaPacks(nodes).areRewritten()).isTrue();
    }

    @Test
    void whatIsSmallOrWasRewrittenAlreadyIsDone() throws Exception {
        pack("n1", "main", 50_000, 10);
        bitmap("n1", "main");
        pack("n1", "old", 50_000, 0);
        pack("n1", "fresh", 4_000, 20);
        assertThat(new ReplicaPacks(nodes).areRewritten()).isTrue();
        pack("n1", "more", 1_000, 30);
        assertThat(new ReplicaPacks(nodes).areRewritten()).isFalse();
    }

    @Test
    void aNodeThatIsWritingAnIndexIsNotDone() throws Exception {
        Files.createFile(Files.createDirectories(nodes.resolve("n1/objects/ab/abcd")).resolve("pack-new.idx"));
        assertThat(new ReplicaPacks(nodes).areRewritten()).isFalse();
    }

    @Test
    void aClusterWithoutRepositoriesIsDone() throws Exception {
        Files.createDirectories(nodes.resolve("n1/objects/ab"));
        assertThat(new ReplicaPacks(nodes).areRewritten()).isTrue();
    }

    private void pack(String node, String name, int objects, int second) throws IOException {
        Path index = Files.createDirectories(nodes.resolve(node + "/objects/ab/abcd")).resolve("pack-" + name + ".idx");
        Files.write(index, ByteBuffer.allocate(8 + 256 * 4).putInt(8 + 255 * 4, objects).array());
        Files.setLastModifiedTime(index, FileTime.from(NOW.plusSeconds(second)));
    }

    private void bitmap(String node, String name) throws IOException {
        Files.createFile(nodes.resolve(node + "/objects/ab/abcd/pack-" + name + ".bitmap"));
    }
}
