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
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteOptions;

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
                create(disk, i + 1);
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
    void aBitThatFlippedInAnyWriteIsALostDisk() throws Exception {
        long length = Files.size(log(dir.resolve("killed")));
        for (long at = 3; at < length; at += length / 10) {
            Path damaged = dir.resolve("damaged-" + at);
            copy(dir.resolve("killed"), damaged);
            try (RandomAccessFile open = new RandomAccessFile(log(damaged).toFile(), "rw")) {
                flip(open, at);
            }
            assertLost(damaged, "counts as lost");
        }
    }

    @Test
    void aBitThatFlippedInATableIsToldAndNeverGivenOut() throws Exception {
        Path node = dir.resolve("killed");
        open(node).close(); // what is in the log becomes a table
        Path table;
        try (Stream<Path> files = Files.list(node.resolve("rocksdb"))) {
            table = files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
        }
        List<String> contents = contents(node);
        long length = Files.size(table);
        int told = 0;
        for (long at = 3; at < length; at += length / 20) {
            Path damaged = dir.resolve("table-" + at);
            copy(node, damaged);
            try (RandomAccessFile open = new RandomAccessFile(
                damaged.resolve("rocksdb").resolve(table.getFileName()).toFile(), "rw")) {
                flip(open, at);
            }
            try {
                assertThat(contents(damaged)).as("flipped at %d", at).isEqualTo(contents);
            } catch (StartException e) {
                assertThat(e).hasMessageContaining(table.getFileName().toString()).hasMessageContaining("replace");
                told++;
            } catch (StoreException e) {
                assertThat(e).rootCause().hasMessageContaining(table.getFileName().toString());
                told++;
            }
        }
        assertThat(told).isPositive();
    }

    private static List<String> contents(Path node) throws Exception {
        List<String> contents = new ArrayList<>();
        try (DataDirectory disk = open(node)) {
            for (RepoId repo : disk.replicas().repositories()) {
                try (ReplicaSnapshot now = disk.replicas().snapshot(repo).orElseThrow()) {
                    contents.add(repo + " " + now.state() + " " + now.refs().get(RefName.HEAD)
                        + " " + now.refsDigest());
                }
            }
        }
        return contents;
    }

    /** The number of the database's last write proves something only because it is not noted apart from the write. */
    @Test
    void aLostWriteIsNotHiddenByALaterChangeOfTheListOfFiles() throws Exception {
        Path node = dir.resolve("killed");
        Path lost = dir.resolve("lost");
        Path whole = dir.resolve("whole");
        try (RocksDB rocks = RocksDB.open(node.resolve("rocksdb").toString());
             WriteOptions synced = new WriteOptions().setSync(true)) {
            rocks.put(synced, new byte[] {'z'}, new byte[100]);
            try (var columns = rocks.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {'c'}));
                 SyncedMark mark = SyncedMark.open(node.resolve(SyncedMark.FILE)).orElseThrow()) {
                rocks.dropColumnFamily(columns);
                mark.raise(rocks.getLatestSequenceNumber());
            }
            copy(node, lost);
            copy(node, whole);
        }
        open(whole).close();
        try (RandomAccessFile open = new RandomAccessFile(log(lost).toFile(), "rw")) {
            flip(open, open.length() - 3);
        }
        assertLost(lost, "acknowledged");
    }

    /** A write of which only some sectors reached the disk, with a whole one behind it: nobody was told of either. */
    @Test
    void aTornEndOfTheLogThatNobodyWasToldOfIsNoLoss() throws Exception {
        Path node = dir.resolve("killed");
        Path told = dir.resolve("told");
        copy(node, told);
        try (DataDirectory disk = open(node)) {
            create(disk, 6); // whatever is in the log now was acknowledged by this disk only
            create(disk, 7);
            copy(node, dir.resolve("torn"));
        }
        // the note is as it was before them
        Files.copy(told.resolve(SyncedMark.FILE), dir.resolve("torn").resolve(SyncedMark.FILE),
            StandardCopyOption.REPLACE_EXISTING);
        try (RandomAccessFile open = new RandomAccessFile(log(dir.resolve("torn")).toFile(), "rw")) {
            flip(open, open.length() / 2 - 20);
        }
        for (int i = 0; i < 2; i++) {
            try (DataDirectory disk = open(dir.resolve("torn"))) {
                assertThat(disk.replicas().repositories()).hasSize(5 + i);
                create(disk, 8);
            }
        }
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

    private static void create(DataDirectory disk, int number) {
        disk.replicas().create(new RepoId("%032x".formatted(number)), ReplicaState.learner(),
            Map.of(RefName.HEAD, new RefValue.Symbolic(new RefName("refs/heads/main"))));
    }

    private void assertLost(String fact) {
        assertLost(dir.resolve("killed"), fact);
    }

    private static void assertLost(Path node, String fact) {
        assertThatThrownBy(() -> open(node).close()).isInstanceOf(StartException.class)
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
