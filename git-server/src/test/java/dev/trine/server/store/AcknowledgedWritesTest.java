package dev.trine.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ByteSize;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.ReplicaState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that lost what was acknowledged must not pass for one whose last write was never finished. */
final class AcknowledgedWritesTest {
    private static final NodeId NODE = new NodeId("n1");

    @TempDir
    private Path dir;
    private Path live;

    @BeforeEach
    void writeSomething() throws Exception {
        live = dir.resolve("live");
        try (DataDirectory disk = open(live)) {
            for (int i = 0; i < 5; i++) {
                disk.replicas().create(new RepoId("%032x".formatted(i + 1)), ReplicaState.learner(),
                    Map.of(RefName.HEAD, new RefValue.Symbolic(new RefName("refs/heads/main"))));
            }
            copy(live, dir.resolve("killed")); // as a process leaves it that is killed now
        }
    }

    @Test
    void aNodeThatWasKilledHasAllThatItAcknowledged() throws Exception {
        try (DataDirectory disk = open(dir.resolve("killed"))) {
            assertThat(disk.replicas().repositories()).hasSize(5);
        }
    }

    @Test
    void aLogThatLostItsLastBytesIsALostDisk() throws Exception {
        Path log = log(dir.resolve("killed"));
        try (RandomAccessFile open = new RandomAccessFile(log.toFile(), "rw")) {
            open.setLength(open.length() - 1);
        }
        assertLost("acknowledged");
    }

    @Test
    void aLogThatLostAWholeWriteIsALostDisk() throws Exception {
        Path log = log(dir.resolve("killed"));
        try (RandomAccessFile open = new RandomAccessFile(log.toFile(), "rw")) {
            open.setLength(open.length() / 2);
        }
        assertLost("acknowledged");
    }

    @Test
    void aBitThatFlippedInTheLastWriteIsALostDisk() throws Exception {
        Path log = log(dir.resolve("killed"));
        try (RandomAccessFile open = new RandomAccessFile(log.toFile(), "rw")) {
            flip(open, open.length() - 3);
        }
        assertLost("");
    }

    @Test
    void anUnfinishedWriteThatNobodyWasToldOfIsNoLoss() throws Exception {
        Path log = log(dir.resolve("killed"));
        try (RandomAccessFile open = new RandomAccessFile(log.toFile(), "rw")) {
            open.seek(open.length());
            open.write(new byte[] {1, 2, 3, 4, 5});
        }
        try (DataDirectory disk = open(dir.resolve("killed"))) {
            assertThat(disk.replicas().repositories()).hasSize(5);
        }
    }

    @Test
    void aTornNoteOfWhatIsDurableIsNoLoss() throws Exception {
        for (long slot = 0; slot < 2; slot++) {
            Path torn = dir.resolve("torn" + slot);
            copy(dir.resolve("killed"), torn);
            try (RandomAccessFile open = new RandomAccessFile(torn.resolve(SyncedMark.FILE).toFile(), "rw")) {
                flip(open, slot * 4096 + 12);
            }
            try (DataDirectory disk = open(torn)) {
                assertThat(disk.replicas().repositories()).hasSize(5);
            }
        }
    }

    @Test
    void withoutTheNoteNothingIsProven() throws Exception {
        Files.delete(dir.resolve("killed").resolve(SyncedMark.FILE));
        assertLost("nobody can tell");
    }

    private void assertLost(String fact) {
        assertThatThrownBy(() -> open(dir.resolve("killed")).close()).isInstanceOf(StartException.class)
            .hasMessageContaining(fact).hasMessageContaining("replace");
    }

    private static void flip(RandomAccessFile file, long position) throws IOException {
        file.seek(position);
        int was = file.read();
        file.seek(position);
        file.write(was ^ 8);
    }

    private static DataDirectory open(Path at) throws StartException {
        return DataDirectory.open(new DataDirectory.Settings(at, new ByteSize(1 << 20), new ByteSize(8 << 20)), NODE,
            Clock.systemUTC(), (fact, cause) -> {
                throw new AssertionError(fact, cause);
            });
    }

    private static Path log(Path node) throws IOException {
        try (Stream<Path> files = Files.list(node.resolve("rocksdb"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                .max(Comparator.comparing(Path::toString)).orElseThrow();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(from)) {
            all = tree.toList();
        }
        for (Path path : all) {
            Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }
}
