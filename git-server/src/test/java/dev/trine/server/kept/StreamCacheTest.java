package dev.trine.server.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.PackCacheCounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets which stream from the cache, and what its files may cost. */
@Timeout(180)
final class StreamCacheTest {
    private static final int BLOCK = CachedFile.BLOCK_BYTES;
    private static final RepoId REPO = new RepoId("0".repeat(32));

    @TempDir
    private Path directory;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private record Key(RepoId repo, String name) {
    }

    private StreamCache cache(long size, long packMax, int packsMax) throws IOException {
        return StreamCache.open(directory.resolve("cache"),
            new CacheLimits(new ByteSize(size), new ByteSize(packMax), packsMax), 0);
    }

    private StreamCache cache() throws IOException {
        return cache(100L * BLOCK, 100L * BLOCK, 10);
    }

    private static Key key(String name) {
        return new Key(REPO, name);
    }

    private static byte[] block(int content, int length) {
        byte[] block = new byte[length];
        Arrays.fill(block, (byte) content);
        return block;
    }

    private static StreamCache.Taken.ToMake toMake(StreamCache cache, String name) {
        return (StreamCache.Taken.ToMake) cache.take(key(name));
    }

    private static SharedStream.Reading made(StreamCache cache, String name) {
        return ((StreamCache.Taken.Made) cache.take(key(name))).reading();
    }

    /** A pack of so many blocks and a shorter one. */
    private static SharedStream.Reading make(StreamCache cache, String name, int blocks) throws IOException {
        StreamCache.Taken.ToMake taken = toMake(cache, name);
        for (int i = 0; i < blocks; i++) {
            taken.stream().append(block(i, BLOCK), 0, BLOCK);
        }
        taken.stream().append(block(blocks, 1), 0, 1);
        taken.stream().whole("Total");
        return taken.reading();
    }

    private static byte[] readAll(SharedStream.Reading reading) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] into = new byte[BLOCK];
        try (reading) {
            for (int length = reading.next(into, 0); length >= 0; length = reading.next(into, 0)) {
                all.write(into, 0, length);
            }
        }
        return all.toByteArray();
    }

    private static byte[] content(int blocks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < blocks; i++) {
            all.writeBytes(block(i, BLOCK));
        }
        all.write(blocks);
        return all.toByteArray();
    }

    private int files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
            return (int) files.count();
        }
    }

    @Test
    void aPackIsMadeOnceAndReadAgain() throws IOException {
        StreamCache cache = cache();
        assertThat(readAll(make(cache, "a", 3))).isEqualTo(content(3));
        SharedStream.Reading again = made(cache, "a");
        assertThat(readAll(again)).isEqualTo(content(3));
        assertThat(again.statistics()).isEqualTo("Total");
        assertThat(cache.counts()).isEqualTo(new PackCacheCounts(1, 0, 1, 0, 1, 3L * BLOCK + 1));
    }

    @Test
    void otherKeysAndOtherRepositoriesShareNothing() throws IOException {
        StreamCache cache = cache();
        make(cache, "a", 1).close();
        assertThat(cache.take(key("b"))).isInstanceOf(StreamCache.Taken.ToMake.class);
        assertThat(cache.take(new Key(new RepoId("1".repeat(32)), "a")))
            .isInstanceOf(StreamCache.Taken.ToMake.class);
    }

    @Test
    void whoeverComesWhileThePackIsMadeReadsItFromTheStart() throws Exception {
        StreamCache cache = cache();
        StreamCache.Taken.ToMake first = toMake(cache, "a");
        first.stream().append(block(0, BLOCK), 0, BLOCK);
        SharedStream.Reading second = made(cache, "a");
        assertThat(second.next(new byte[BLOCK], 0)).isEqualTo(BLOCK);
        Future<Integer> rest = threads.submit(() -> {
            int length = 0;
            while (length == 0) {
                length = second.next(new byte[BLOCK], 0);
            }
            return length;
        });
        first.stream().append(block(1, 7), 0, 7);
        first.stream().whole("Total");
        assertThat(rest.get()).isEqualTo(7);
        assertThat(second.next(new byte[BLOCK], 0)).isEqualTo(-1);
        assertThat(cache.counts().joins()).isEqualTo(1);
    }

    @Test
    void makingGoesOnForTheOthersWhenTheFirstLeavesAndEndsWhenAllHaveLeft() throws IOException {
        StreamCache cache = cache();
        StreamCache.Taken.ToMake first = toMake(cache, "a");
        SharedStream.Reading second = made(cache, "a");
        first.reading().close();
        first.stream().append(block(0, BLOCK), 0, BLOCK);
        second.close();
        assertThatThrownBy(() -> first.stream().append(block(1, BLOCK), 0, BLOCK)).hasMessageContaining("nobody waits");
        first.stream().failed(new IOException("nobody waits"));
        assertThat(files()).isZero();
        assertThat(cache.counts().bytes()).isZero();
        assertThat(cache.take(key("a"))).isInstanceOf(StreamCache.Taken.ToMake.class);
    }

    @Test
    void nobodyJoinsWhatIsGivenUpBecauseAllHaveLeft() throws IOException {
        StreamCache cache = cache();
        StreamCache.Taken.ToMake first = toMake(cache, "a");
        first.reading().close();
        assertThatThrownBy(() -> first.stream().requireReaders()).hasMessageContaining("nobody waits");
        // who comes before the maker has ended would share its failure
        assertThat(cache.take(key("a"))).isInstanceOf(StreamCache.Taken.ToMake.class);
        first.stream().failed(new IOException("nobody waits"));
        assertThat(cache.take(key("a"))).isInstanceOf(StreamCache.Taken.Made.class);
    }

    @Test
    void aFailureReachesAllWhoReadAndTheNextOneMakesItAnew() throws IOException {
        StreamCache cache = cache();
        StreamCache.Taken.ToMake first = toMake(cache, "a");
        SharedStream.Reading second = made(cache, "a");
        first.stream().append(block(0, BLOCK), 0, BLOCK);
        first.stream().failed(new IllegalStateException("broken"));
        assertThatThrownBy(() -> first.reading().next(new byte[BLOCK], 0))
            .isInstanceOf(SharedStream.FailedException.class).hasMessageContaining("broken");
        assertThatThrownBy(() -> second.next(new byte[BLOCK], 0)).isInstanceOf(SharedStream.FailedException.class);
        first.reading().close();
        second.close();
        assertThat(cache.counts().bytes()).isZero();
        assertThat(readAll(make(cache, "a", 1))).isEqualTo(content(1));
    }

    @Test
    void theLeastRecentlyUsedPackMakesRoomForANewOne() throws IOException {
        StreamCache cache = cache(4L * BLOCK, 4L * BLOCK, 10);
        make(cache, "a", 1).close();
        make(cache, "b", 1).close();
        made(cache, "a").close();
        assertThat(readAll(make(cache, "c", 2))).isEqualTo(content(2));
        assertThat(cache.counts().bytes()).isEqualTo(3L * BLOCK + 2);
        assertThat(files()).isEqualTo(2);
        assertThat(readAll(made(cache, "a"))).isEqualTo(content(1));
        assertThat(cache.take(key("b"))).isInstanceOf(StreamCache.Taken.ToMake.class);
    }

    @Test
    void aPackThatIsGivenUpIsReadToTheEndAndCountsUntilThen() throws IOException {
        StreamCache cache = cache(3L * BLOCK, 3L * BLOCK, 10);
        make(cache, "a", 1).close();
        SharedStream.Reading slow = made(cache, "a");
        assertThat(cache.reserve(0, 2 * BLOCK)).isFalse();
        assertThat(cache.counts().packs()).isZero();
        assertThat(readAll(slow)).isEqualTo(content(1));
        assertThat(cache.counts().bytes()).isZero();
        assertThat(files()).isZero();
        assertThat(cache.reserve(0, 2 * BLOCK)).isTrue();
    }

    @Test
    void noMorePacksAreKeptThanAllowed() throws IOException {
        StreamCache cache = cache(100L * BLOCK, 100L * BLOCK, 2);
        for (String name : List.of("a", "b", "c", "d")) {
            assertThat(readAll(make(cache, name, 1))).isEqualTo(content(1));
        }
        assertThat(files()).isEqualTo(2);
        assertThat(cache.counts().packs()).isEqualTo(2);
    }

    @Test
    void whatOutgrowsTheCacheIsReadFromMemoryByThoseWhoAreThereByThen() throws Exception {
        StreamCache cache = cache(100L * BLOCK, 2L * BLOCK, 10);
        StreamCache.Taken.ToMake first = toMake(cache, "a");
        SharedStream.Reading second = made(cache, "a");
        List<Future<byte[]>> all = List.of(threads.submit(() -> readAll(first.reading())),
            threads.submit(() -> readAll(second)));
        for (int i = 0; i < 5; i++) {
            first.stream().append(block(i, BLOCK), 0, BLOCK);
        }
        assertThat(first.stream().join()).isEmpty();
        first.stream().append(block(5, 1), 0, 1);
        first.stream().whole("Total");
        for (Future<byte[]> each : all) {
            assertThat(each.get()).isEqualTo(content(5));
        }
        assertThat(files()).isZero();
        assertThat(cache.counts()).isEqualTo(new PackCacheCounts(0, 1, 1, 0, 0, 0));
    }

    @Test
    void aDiskThatCannotBeWrittenCostsNoFetch() throws Exception {
        StreamCache cache = cache();
        Files.delete(directory.resolve("cache"));
        StreamCache.Taken.ToMake first = toMake(cache, "a");
        Future<byte[]> read = threads.submit(() -> readAll(first.reading()));
        first.stream().append(block(0, BLOCK), 0, BLOCK);
        first.stream().append(block(1, 1), 0, 1);
        first.stream().whole("Total");
        assertThat(read.get()).isEqualTo(content(1));
        assertThat(cache.counts().bytes()).isZero();
        Files.createDirectory(directory.resolve("cache"));
        make(cache, "a", 1).close();
        assertThat(readAll(made(cache, "a"))).isEqualTo(content(1));
    }

    @Test
    void aDiskThatIsNearlyFullIsLeftAlone() throws Exception {
        StreamCache cache = StreamCache.open(directory.resolve("cache"),
            new CacheLimits(new ByteSize(1 << 30), new ByteSize(1 << 30), 9), Long.MAX_VALUE);
        StreamCache.Taken.ToMake first = toMake(cache, "a");
        Future<byte[]> read = threads.submit(() -> readAll(first.reading()));
        first.stream().append(block(0, 1), 0, 1);
        first.stream().whole("Total");
        assertThat(read.get()).hasSize(1);
        assertThat(files()).isZero();
    }

    @Test
    void aKeptPackThatWasDamagedIsGivenUp() throws IOException {
        StreamCache cache = cache();
        make(cache, "a", 2).close();
        try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
            Files.write(files.findFirst().orElseThrow(), new byte[] {7}, StandardOpenOption.WRITE);
        }
        SharedStream.Reading reading = made(cache, "a");
        assertThatThrownBy(() -> reading.next(new byte[BLOCK], 0)).isInstanceOf(SharedStream.FailedException.class);
        reading.close();
        assertThat(files()).isZero();
        assertThat(cache.take(key("a"))).isInstanceOf(StreamCache.Taken.ToMake.class);
    }

    @Test
    void whatTheDiskCouldNotWriteIsReadByThoseWhoAreThereAndForNobodyElse() throws IOException {
        StreamCache cache = StreamCache.open(directory.resolve("cache"),
            new CacheLimits(new ByteSize(1 << 30), new ByteSize(1 << 30), 9), 0, file -> {
                throw new IOException("Input/output error");
            });
        SharedStream.Reading first = make(cache, "a", 200);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> cache.counts().packs() == 0);
        assertThat(cache.find(key("a"))).isEmpty();
        StreamCache.Taken.ToMake anew = toMake(cache, "a");
        anew.stream().append(block(0, 1), 0, 1);
        anew.stream().whole("Total");
        assertThat(readAll(first)).isEqualTo(content(200));
        // the thread that could not write it gives the file up a moment after nobody finds it any more
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> files() == 1 && cache.counts().bytes() == 1);
        assertThat(readAll(made(cache, "a"))).as("what was made anew").hasSize(1);
    }

    @Test
    void whatAnEarlierProcessLeftIsRemovedAndClosingLeavesNothing() throws IOException {
        Files.createDirectory(directory.resolve("cache"));
        Files.writeString(directory.resolve("cache/kept-1"), "old");
        try (StreamCache cache = cache()) {
            assertThat(files()).isZero();
            make(cache, "a", 1).close();
            assertThat(files()).isEqualTo(1);
        }
        assertThat(files()).isZero();
    }
}
