package dev.trine.server.store;

import static dev.trine.server.store.Samples.FEATURE;
import static dev.trine.server.store.Samples.MAIN;
import static dev.trine.server.store.Samples.REPO;
import static dev.trine.server.store.Samples.batch;
import static dev.trine.server.store.Samples.created;
import static dev.trine.server.store.Samples.pack;
import static dev.trine.server.store.Samples.push;
import static dev.trine.server.store.Samples.staged;
import static dev.trine.server.store.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Role;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.store.FaultInjectingStore.Crash;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Whenever the process dies, the disk shows the state before a write or after it. */
class CrashTest {
    private static final FatalHandler NEVER = (fact, cause) -> {
        throw new AssertionError(fact, cause);
    };

    private static final int BLOCK = 32 << 10;

    private final Samples.TestClock clock = new Samples.TestClock(Instant.parse("2026-11-21T07:00:00Z"));

    @TempDir
    private Path dir;

    /** Everything that a replica does to its store, once. */
    private static void life(ReplicaStore store) {
        store.create(REPO, created(), Map.of(RefName.HEAD, new RefValue.Symbolic(MAIN)));
        store.stage(REPO, staged(1, 7));
        store.apply(REPO, batch().put(Samples.entry(1)).build());
        store.apply(REPO, Samples.commit(1, MAIN, value(1), 7));
        store.stage(REPO, staged(2, 8));
        store.apply(REPO, batch().put(Samples.entry(2), Samples.entry(3)).build());
        store.apply(REPO, batch().truncateFrom(2).put(Samples.noop(2, 4)).build());
        store.unstage(REPO, push(2));
        store.replacePacks(REPO, List.of(pack(9)), List.of(pack(7)));
        PulledRefs pull = store.pull(REPO, new PullId(1));
        pull.add(Map.of(FEATURE, value(5)));
        pull.add(Map.of(MAIN, value(6)));
        pull.addPacks(List.of(pack(10)));
        store.apply(REPO, batch().state(Samples.committed(10, 10)).snapshot(1).put(Samples.entry(11))
            .outcomes(new RecordedOutcome(push(3), Samples.at(10), true)).build());
        pull.close();
        store.forgetReplacedTips(REPO, Instant.parse("2026-11-21T07:00:01Z"));
        store.apply(REPO, batch().state(Samples.state(Role.DELETED, 10, 11)).build());
        store.deleteContents(REPO);
    }

    @Test
    void aCrashBetweenAnyTwoWritesLeavesWhatWasWrittenBefore() throws Exception {
        int all = writesOfALife();
        assertThat(all).isGreaterThan(15);
        for (int writes = 0; writes <= all; writes++) {
            String expected = inMemory(writes);
            Path database = dir.resolve("crash-" + writes);
            try (Database running = Database.open(database, true, 8 << 20, NEVER)) {
                dieAfter(new RocksReplicaStore(running, clock), writes);
                assertThat(afterRestart(copy(database))).as("after %d writes", writes).isEqualTo(expected);
            }
        }
    }

    @Test
    void aWriteThatTheCrashTearsHappensWhollyOrNotAtAll() throws Exception {
        int all = writesOfALife();
        AtomicInteger torn = new AtomicInteger();
        AtomicInteger whole = new AtomicInteger();
        for (int writes = 0; writes < all; writes++) {
            String before = inMemory(writes);
            String after = inMemory(writes + 1);
            long lengthBefore = lengthOfLogAfter(writes);
            Path database = dir.resolve("torn-" + writes);
            try (Database running = Database.open(database, true, 8 << 20, NEVER)) {
                dieAfter(new RocksReplicaStore(running, clock), writes + 1);
                long lengthAfter = Files.size(log(database));
                for (long length : cuts(lengthBefore, lengthAfter)) {
                    Path cut = copy(database);
                    truncate(log(cut), length);
                    String found = afterRestart(cut);
                    assertThat(found).as("write %d cut at %d", writes, length).isIn(before, after);
                    (found.equals(after) ? whole : torn).incrementAndGet();
                }
            }
        }
        assertThat(torn).hasPositiveValue();
        assertThat(whole).hasPositiveValue();
    }

    @Test
    void whatLiesBehindDamageInTheLogIsNotApplied() throws Exception {
        int writes = 8;
        Set<String> before = new HashSet<>();
        for (int i = 0; i < writes; i++) {
            before.add(inMemory(i));
        }
        Path database = dir.resolve("damaged");
        try (Database running = Database.open(database, true, 8 << 20, NEVER)) {
            dieAfter(new RocksReplicaStore(running, clock), writes);
            long length = Files.size(log(database));
            for (long at = 0; at < length; at += 1 + length / 50) {
                Path copy = copy(database);
                flip(log(copy), at);
                assertThat(afterRestart(copy)).as("damaged at %d of %d", at, length).isIn(before);
            }
        }
    }

    @Test
    void whatLiesBehindAHoleInTheLogIsNotApplied() throws Exception {
        Path database = dir.resolve("hole");
        try (Database running = Database.open(database, true, 8 << 20, NEVER)) {
            write(running, (byte) '1', 100);
            long hole = Files.size(log(database));
            // up to the end of a block of the log, so that the next record begins with the next block
            int length = 30_000;
            do {
                length++;
            } while (recordBytes(length) < BLOCK - hole);
            write(running, (byte) '2', length);
            assertThat(Files.size(log(database))).isEqualTo(BLOCK);
            write(running, (byte) '3', 100);
            Path copy = copy(database);
            try (RandomAccessFile log = new RandomAccessFile(log(copy).toFile(), "rw")) {
                log.seek(hole);
                log.write(new byte[512]);
            }
            try (Database again = Database.open(copy, false, 8 << 20, NEVER)) {
                assertThat(again.newest().get(new byte[] {'z', '1'})).isPresent();
                assertThat(again.newest().get(new byte[] {'z', '2'})).isEmpty();
                assertThat(again.newest().get(new byte[] {'z', '3'})).isEmpty();
            }
        }
    }

    private static void write(Database database, byte name, int length) {
        try (Write write = database.write()) {
            write.put(new byte[] {'z', name}, new byte[length]);
            write.later();
        }
    }

    /** Head of a record, head of a batch, tag and lengths of a pair, and the pair. */
    private static int recordBytes(int valueLength) {
        return 7 + 12 + 2 + 3 + 2 + valueLength;
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int damaged = open.read() ^ 0xff;
            open.seek(at);
            open.write(damaged);
        }
    }

    @Test
    void aWriteThatFailsIsFatalOnceAndNothingIsWrittenAfterIt() throws Exception {
        AtomicInteger fatal = new AtomicInteger();
        Path database = dir.resolve("failing");
        try (Database running = Database.open(database, true, 8 << 20, (fact, cause) -> fatal.incrementAndGet())) {
            RocksReplicaStore store = new RocksReplicaStore(running, clock);
            store.create(REPO, created(), Map.of());
            // the next log file cannot be made
            Files.move(database, dir.resolve("gone"));
            assertThatThrownBy(() -> IntStream.range(0, 200).forEach(i -> write(running, new byte[1 << 20])))
                .isInstanceOf(StoreException.class);
            assertThat(fatal).hasValue(1);
            assertThatThrownBy(() -> store.deleteContents(REPO)).hasMessageContaining("has failed before");
            assertThat(fatal).hasValue(1);
        }
    }

    private static void write(Database database, byte[] value) {
        try (Write write = database.write()) {
            write.put(new byte[] {'z'}, value);
            write.sync();
        }
    }

    private static int writesOfALife() {
        FaultInjectingStore store =
            new FaultInjectingStore(new InMemoryReplicaStore(new Samples.TestClock(Instant.EPOCH)), Integer.MAX_VALUE);
        life(store);
        return store.writes();
    }

    private static void dieAfter(ReplicaStore store, int writes) {
        try {
            life(new FaultInjectingStore(store, writes));
        } catch (Crash expected) {
            return;
        }
        assertThat(writes).isEqualTo(writesOfALife());
    }

    private String inMemory(int writes) {
        InMemoryReplicaStore store = new InMemoryReplicaStore(clock);
        dieAfter(store, writes);
        return describe(store.restarted());
    }

    private long lengthOfLogAfter(int writes) throws Exception {
        Path database = dir.resolve("length-" + writes);
        try (Database running = Database.open(database, true, 8 << 20, NEVER)) {
            dieAfter(new RocksReplicaStore(running, clock), writes);
            return Files.size(log(database));
        }
    }

    private static List<Long> cuts(long from, long to) {
        List<Long> cuts = new ArrayList<>(List.of(from, to));
        for (long step = 1; step < to - from; step += Math.max(1, (to - from) / 5)) {
            cuts.add(from + step);
        }
        return cuts;
    }

    private String afterRestart(Path database) throws IOException, RocksDBException {
        try (Database again = Database.open(database, false, 8 << 20, NEVER)) {
            RocksReplicaStore store = new RocksReplicaStore(again, clock);
            store.deleteDoomedSpaces();
            return describe(store);
        }
    }

    private static String describe(ReplicaStore store) {
        Map<String, Object> seen = new TreeMap<>();
        seen.put("repositories", store.repositories());
        seen.put("count", store.count());
        seen.put("repository", store.load(REPO));
        seen.put("refs", ReplicaStoreContract.refs(store.refs(REPO), ""));
        seen.put("tips", store.replacedTips(REPO, Instant.EPOCH).stream().map(Object::toString).sorted().toList());
        seen.put("packs", IntStream.range(0, 12).mapToObj(Samples::pack).filter(pack -> store.lists(REPO, pack))
            .map(PackName::hex).toList());
        Optional<ReplicaSnapshot> snapshot = store.snapshot(REPO);
        snapshot.ifPresent(it -> {
            seen.put("last", it.last());
            seen.put("committed packs", it.packs());
            it.close();
        });
        return seen.toString();
    }

    private Path copy(Path database) throws IOException {
        Path copy = Files.createTempDirectory(dir, "copy");
        try (Stream<Path> files = Files.list(database)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals("LOCK")) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
        }
        return copy;
    }

    private static Path log(Path database) throws IOException {
        try (Stream<Path> files = Files.list(database)) {
            List<Path> logs = files.filter(file -> file.toString().endsWith(".log")).toList();
            assertThat(logs).hasSize(1);
            return logs.getFirst();
        }
    }

    private static void truncate(Path file, long length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }
}
