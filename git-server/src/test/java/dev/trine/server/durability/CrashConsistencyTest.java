package dev.trine.server.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.server.durability.DiskTrace.Event;
import dev.trine.server.durability.RecordedLife.Recorded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has said is on its disk, whatever a power failure takes. {@code -Dtrine.crash-states=N} tries N seeded
 * random states instead of a few, {@code -Dtrine.crash-seed=S} other ones.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashConsistencyTest {
    private static final Logger LOG = LoggerFactory.getLogger(CrashConsistencyTest.class);
    private static final int STATES = Integer.getInteger("trine.crash-states", 100);
    private static final long SEED = Long.getLong("trine.crash-seed", 1);
    private static final int FSCK_EVERY = 20;
    private static final int THREADS = 3;

    @TempDir
    private static Path dir;

    private Recorded life;
    private Map<Integer, List<byte[]>> messages;

    @BeforeAll
    void record() throws Exception {
        long begun = System.nanoTime();
        life = RecordedLife.live(dir);
        LOG.atInfo().addKeyValue("events", life.events().size())
            .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000).log("recorded");
        messages = Http2Sends.find(life.events());
    }

    @Test
    void theRecordShowsEverythingThatClientsWereTold() {
        Claims claims = new Claims(ProcessCluster.VICTIM);
        messages.values().forEach(each -> each.forEach(claims::take));
        assertThat(claims.soFar().pushes()).isEqualTo(life.pushes());
        assertThat(claims.soFar().byRepo()).containsOnlyKeys(life.histories().keySet());
        assertThat(claims.messages()).isGreaterThan(life.pushes());
    }

    @Test
    void afterAKillBetweenAnyTwoChangesEverythingSaidIsThere() throws Exception {
        assertThat(new Crashes(States.KILLED, each -> false).check()).isGreaterThanOrEqualTo(STATES);
    }

    @Test
    void withNothingButWhatWasSyncedEverythingSaidIsThere() throws Exception {
        int states = new Crashes(States.SYNCED, each -> false).check();
        assertThat(states).isGreaterThan(life.pushes());
    }

    @Test
    void withSomeOfWhatWasNotSyncedEverythingSaidIsThere() throws Exception {
        assertThat(new Crashes(States.SOME, each -> false).check()).isGreaterThanOrEqualTo(STATES);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"the packs, .*/(tmp_|pack-)[^/]*\\.pack", "the indexes, .*/(tmp_|pack-)[^/]*\\.idx",
        "a repository's directory, .*/objects/../[0-9a-f]{32}", "a group of repositories, .*/objects/..",
        "the objects directory, .*/objects", "the log of the database, .*/rocksdb/[0-9]+\\.log",
        "the list of the database's files, .*/rocksdb/MANIFEST-.*", "the database's directory, .*/rocksdb",
        "the format, .*/format\\.tmp", "the data directory, made/n1", "its parent, made", "the parent's parent, ''"})
    void aNodeThatDoesNotSyncSomethingIsCaught(String what, String path) {
        String found = Optional.ofNullable(caught(each -> each.matches(path))).orElse("nothing");
        LOG.atInfo().addKeyValue("not synced", what).log("found: {}", found);
        assertThat(found).contains("after a power failure");
    }

    private String caught(Predicate<String> forgotten) {
        try {
            new Crashes(States.SYNCED, forgotten).check();
            return null;
        } catch (AssertionError e) {
            return e.getMessage();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The states that are tried. */
    private enum States {
        /** Each in which only what was synced is there: one before each sync ends, with all that was said by then. */
        SYNCED,
        /** Some of those in which some of the rest is there, evenly over the record. */
        SOME,
        /** After a kill of the process alone: each before the node first spoke, then some, evenly. */
        KILLED
    }

    /** Goes through the record and checks the states that it can leave behind, several at once. */
    private final class Crashes {
        private final States kind;
        private final DiskModel disk;
        private final Claims claims = new Claims(ProcessCluster.VICTIM);
        private final Random random = new Random(SEED);
        private final Semaphore room = new Semaphore(THREADS * 2);
        private final List<Future<?>> checks = new ArrayList<>();
        private double due;

        Crashes(States kind, Predicate<String> unsynced) {
            this.kind = kind;
            this.disk = new DiskModel(unsynced);
        }

        /** Returns how many were checked. */
        int check() throws Exception {
            try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
                for (int i = 0; i < life.events().size(); i++) {
                    take(i, life.events().get(i), threads);
                }
                submit("at the end", disk.least(), claims.soFar(), threads);
                for (Future<?> check : checks) {
                    check.get();
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AssertionError wrong) {
                    throw wrong;
                }
                throw e;
            }
            LOG.atInfo().addKeyValue("kind", kind).addKeyValue("states", checks.size()).log("checked");
            return checks.size();
        }

        private void take(int number, Event event, ExecutorService threads) throws Exception {
            boolean ending = event instanceof Event.Sync sync && sync.end();
            Map<String, byte[]> before = kind == States.SYNCED && ending ? disk.least() : Map.of();
            Claims.Said said = claims.soFar();
            boolean synced = disk.take(event);
            messages.getOrDefault(number, List.of()).forEach(claims::take);
            due += (double) STATES / life.events().size();
            switch (kind) {
                case SYNCED -> {
                    if (synced) {
                        // all that was said before the disk had more is to be found in what it had
                        submit("before sync " + number, before, said, threads);
                    }
                }
                case SOME -> {
                    if (due >= 1) {
                        due--;
                        submit("at " + number + " with seed " + SEED, disk.some(random), claims.soFar(), threads);
                    }
                }
                case KILLED -> {
                    boolean first = said.incarnation().isEmpty() && disk.isChange(event);
                    if (first || due >= 1) {
                        due -= Math.floor(due);
                        submit("that spared the machine, at " + number, disk.all(), claims.soFar(), threads);
                    }
                }
            }
        }

        private void submit(String name, Map<String, byte[]> files, Claims.Said said, ExecutorService threads)
            throws Exception {
            room.acquire();
            for (Future<?> check : checks) {
                if (check.isDone()) {
                    check.get(); // the first that fails ends it
                }
            }
            boolean fsck = checks.size() % FSCK_EVERY == FSCK_EVERY - 1;
            CrashState state = new CrashState(name, files, said);
            checks.add(threads.submit(() -> {
                try {
                    state.check(Files.createDirectories(dir.resolve("states")), RecordedLife.DATA,
                        life.histories(), fsck);
                    return null;
                } finally {
                    room.release();
                }
            }));
        }
    }
}
