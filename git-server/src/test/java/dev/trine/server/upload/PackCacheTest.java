package dev.trine.server.upload;

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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets which pack from the cache, and what its files may cost. */
@Timeout(60)
final class PackCacheTest {
    private static final int BLOCK = CachedFile.BLOCK_BYTES;
    private static final RepoId REPO = new RepoId("0".repeat(32));

    @TempDir
    private Path directory;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private PackCache cache(long size, long packMax, int packsMax) throws IOException {
        return PackCache.open(directory.resolve("cache"),
            new PackCacheSettings(new ByteSize(size), new ByteSize(packMax), packsMax), 0);
    }

    private PackCache cache() throws IOException {
        return cache(100L * BLOCK, 100L * BLOCK, 10);
    }

    private static PackKey key(String name) {
        return new PackKey(REPO, name);
    }

    private static byte[] block(int content, int length) {
        byte[] block = new byte[length];
        Arrays.fill(block, (byte) content);
        return block;
    }

    private static PackCache.Taken.ToMake toMake(PackCache cache, String name) {
        return (PackCache.Taken.ToMake) cache.take(key(name));
    }

    private static SharedPack.Reading made(PackCache cache, String name) {
        return ((PackCache.Taken.Made) cache.take(key(name))).reading();
    }

    /** A pack of so many blocks and a shorter one. */
    private static SharedPack.Reading make(PackCache cache, String name, int blocks) throws IOException {
        PackCache.Taken.ToMake taken = toMake(cache, name);
        for (int i = 0; i < blocks; i++) {
            taken.pack().append(block(i, BLOCK), 0, BLOCK);
        }
        taken.pack().append(block(blocks, 1), 0, 1);
        taken.pack().whole("Total");
        return taken.reading();
    }

    private static byte[] readAll(SharedPack.Reading reading) throws IOException {
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
        PackCache cache = cache();
        assertThat(readAll(make(cache, "a", 3))).isEqualTo(content(3));
        SharedPack.Reading again = made(cache, "a");
        assertThat(readAll(again)).isEqualTo(content(3));
        assertThat(again.statistics()).isEqualTo("Total");
        assertThat(cache.counts()).isEqualTo(new PackCacheCounts(1, 0, 1, 0, 1, 3L * BLOCK + 1));
    }

    @Test
    void otherKeysAndOtherRepositoriesShareNothing() throws IOException {
        PackCache cache = cache();
        make(cache, "a", 1).close();
        assertThat(cache.take(key("b"))).isInstanceOf(PackCache.Taken.ToMake.class);
        assertThat(cache.take(new PackKey(new RepoId("1".repeat(32)), "a"))).isInstanceOf(PackCache.Taken.ToMake.class);
    }

    @Test
    void whoeverComesWhileThePackIsMadeReadsItFromTheStart() throws Exception {
        PackCache cache = cache();
        PackCache.Taken.ToMake first = toMake(cache, "a");
        first.pack().append(block(0, BLOCK), 0, BLOCK);
        SharedPack.Reading second = made(cache, "a");
        assertThat(second.next(new byte[BLOCK], 0)).isEqualTo(BLOCK);
        Future<Integer> rest = threads.submit(() -> {
            int length = 0;
            while (length == 0) {
                length = second.next(new byte[BLOCK], 0);
            }
            return length;
        });
        first.pack().append(block(1, 7), 0, 7);
        first.pack().whole("Total");
        assertThat(rest.get()).isEqualTo(7);
        assertThat(second.next(new byte[BLOCK], 0)).isEqualTo(-1);
        assertThat(cache.counts().joins()).isEqualTo(1);
    }

    @Test
    void makingGoesOnForTheOthersWhenTheFirstLeavesAndEndsWhenAllHaveLeft() throws IOException {
        PackCache cache = cache();
        PackCache.Taken.ToMake first = toMake(cache, "a");
        SharedPack.Reading second = made(cache, "a");
        first.reading().close();
        first.pack().append(block(0, BLOCK), 0, BLOCK);
        second.close();
        assertThatThrownBy(() -> first.pack().append(block(1, BLOCK), 0, BLOCK)).hasMessageContaining("nobody waits");
        first.pack().failed(new IOException("nobody waits"));
        assertThat(files()).isZero();
        assertThat(cache.counts().bytes()).isZero();
        assertThat(cache.take(key("a"))).isInstanceOf(PackCache.Taken.ToMake.class);
    }

    @Test
    void aFailureReachesAllWhoReadAndTheNextOneMakesItAnew() throws IOException {
        PackCache cache = cache();
        PackCache.Taken.ToMake first = toMake(cache, "a");
        SharedPack.Reading second = made(cache, "a");
        first.pack().append(block(0, BLOCK), 0, BLOCK);
        first.pack().failed(new IllegalStateException("broken"));
        assertThatThrownBy(() -> first.reading().next(new byte[BLOCK], 0))
            .isInstanceOf(SharedPack.FailedException.class).hasMessageContaining("broken");
        assertThatThrownBy(() -> second.next(new byte[BLOCK], 0)).isInstanceOf(SharedPack.FailedException.class);
        first.reading().close();
        second.close();
        assertThat(cache.counts().bytes()).isZero();
        assertThat(readAll(make(cache, "a", 1))).isEqualTo(content(1));
    }

    @Test
    void theLeastRecentlyUsedPackMakesRoomForANewOne() throws IOException {
        PackCache cache = cache(4L * BLOCK, 4L * BLOCK, 10);
        make(cache, "a", 1).close();
        make(cache, "b", 1).close();
        made(cache, "a").close();
        assertThat(readAll(make(cache, "c", 2))).isEqualTo(content(2));
        assertThat(cache.counts().bytes()).isEqualTo(3L * BLOCK + 2);
        assertThat(files()).isEqualTo(2);
        assertThat(readAll(made(cache, "a"))).isEqualTo(content(1));
        assertThat(cache.take(key("b"))).isInstanceOf(PackCache.Taken.ToMake.class);
    }

    @Test
    void aPackThatIsGivenUpIsReadToTheEndAndCountsUntilThen() throws IOException {
        PackCache cache = cache(3L * BLOCK, 3L * BLOCK, 10);
        make(cache, "a", 1).close();
        SharedPack.Reading slow = made(cache, "a");
        assertThat(cache.reserve(0, 2 * BLOCK)).isFalse();
        assertThat(cache.counts().packs()).isZero();
        assertThat(readAll(slow)).isEqualTo(content(1));
        assertThat(cache.counts().bytes()).isZero();
        assertThat(files()).isZero();
        assertThat(cache.reserve(0, 2 * BLOCK)).isTrue();
    }

    @Test
    void noMorePacksAreKeptThanAllowed() throws IOException {
        PackCache cache = cache(100L * BLOCK, 100L * BLOCK, 2);
        for (String name : List.of("a", "b", "c", "d")) {
            assertThat(readAll(make(cache, name, 1))).isEqualTo(content(1));
        }
        assertThat(files()).isEqualTo(2);
        assertThat(cache.counts().packs()).isEqualTo(2);
    }

    @Test
    void whatOutgrowsTheCacheIsReadFromMemoryByThoseWhoAreThereByThen() throws Exception {
        PackCache cache = cache(100L * BLOCK, 2L * BLOCK, 10);
        PackCache.Taken.ToMake first = toMake(cache, "a");
        SharedPack.Reading second = made(cache, "a");
        List<Future<byte[]>> all = List.of(threads.submit(() -> readAll(first.reading())),
            threads.submit(() -> readAll(second)));
        for (int i = 0; i < 5; i++) {
            first.pack().append(block(i, BLOCK), 0, BLOCK);
        }
        assertThat(first.pack().join()).isEmpty();
        first.pack().append(block(5, 1), 0, 1);
        first.pack().whole("Total");
        for (Future<byte[]> each : all) {
            assertThat(each.get()).isEqualTo(content(5));
        }
        assertThat(files()).isZero();
        assertThat(cache.counts()).isEqualTo(new PackCacheCounts(0, 1, 1, 0, 0, 0));
    }

    @Test
    void aDiskThatCannotBeWrittenCostsNoFetch() throws Exception {
        PackCache cache = cache();
        Files.delete(directory.resolve("cache"));
        PackCache.Taken.ToMake first = toMake(cache, "a");
        Future<byte[]> read = threads.submit(() -> readAll(first.reading()));
        first.pack().append(block(0, BLOCK), 0, BLOCK);
        first.pack().append(block(1, 1), 0, 1);
        first.pack().whole("Total");
        assertThat(read.get()).isEqualTo(content(1));
        assertThat(cache.counts().bytes()).isZero();
        Files.createDirectory(directory.resolve("cache"));
        make(cache, "a", 1).close();
        assertThat(readAll(made(cache, "a"))).isEqualTo(content(1));
    }

    @Test
    void aDiskThatIsNearlyFullIsLeftAlone() throws Exception {
        PackCache cache = PackCache.open(directory.resolve("cache"), PackCacheSettings.DEFAULT, Long.MAX_VALUE);
        PackCache.Taken.ToMake first = toMake(cache, "a");
        Future<byte[]> read = threads.submit(() -> readAll(first.reading()));
        first.pack().append(block(0, 1), 0, 1);
        first.pack().whole("Total");
        assertThat(read.get()).hasSize(1);
        assertThat(files()).isZero();
    }

    @Test
    void aKeptPackThatWasDamagedIsGivenUp() throws IOException {
        PackCache cache = cache();
        make(cache, "a", 2).close();
        try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
            Files.write(files.findFirst().orElseThrow(), new byte[] {7}, StandardOpenOption.WRITE);
        }
        SharedPack.Reading reading = made(cache, "a");
        assertThatThrownBy(() -> reading.next(new byte[BLOCK], 0)).isInstanceOf(SharedPack.FailedException.class);
        reading.close();
        assertThat(files()).isZero();
        assertThat(cache.take(key("a"))).isInstanceOf(PackCache.Taken.ToMake.class);
    }

    @Test
    void whatAnEarlierProcessLeftIsRemovedAndClosingLeavesNothing() throws IOException {
        Files.createDirectory(directory.resolve("cache"));
        Files.writeString(directory.resolve("cache/pack-1"), "old");
        try (PackCache cache = cache()) {
            assertThat(files()).isZero();
            make(cache, "a", 1).close();
            assertThat(files()).isEqualTo(1);
        }
        assertThat(files()).isZero();
    }
}
