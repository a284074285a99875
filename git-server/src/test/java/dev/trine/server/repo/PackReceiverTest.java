package dev.trine.server.repo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.ObjectName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectInserter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackReceiverTest {
    @TempDir
    Path directory;
    private GitWork work;
    private LocalStorage storage;

    @BeforeEach
    void open() {
        work = GitWork.init(directory.resolve("work"));
        storage = new LocalStorage(directory.resolve("objects"));
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private void commits(int count) {
        for (int i = 0; i < count; i++) {
            work.write("file" + i % 4, ("line " + i % 4 + "\n").repeat(200) + i).commit("commit " + i);
        }
    }

    private ReceivedPack.Indexed indexed(byte[] pack) {
        return switch (storage.receive(pack)) {
            case ReceivedPack.Indexed received -> received;
            case ReceivedPack.Empty empty -> throw new AssertionError("empty");
            case ReceivedPack.Unusable unusable -> throw new AssertionError(unusable.why());
        };
    }

    private String whyUnusable(byte[] pack) {
        return switch (storage.receive(pack)) {
            case ReceivedPack.Indexed received -> throw new AssertionError("usable: " + received.stored());
            case ReceivedPack.Empty empty -> throw new AssertionError("empty");
            case ReceivedPack.Unusable unusable -> {
                assertThat(filesLeft()).isEmpty();
                yield unusable.why();
            }
        };
    }

    private List<String> filesLeft() {
        try (Stream<Path> files = Files.list(storage.directory())) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path path(ReceivedPack.Indexed received) {
        return storage.files.pack(LocalStorage.REPO, received.stored().name());
    }

    /** A pack of one version-2 header and entries that are given as they stand. */
    private static byte[] pack(byte[]... entries) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeBytes("PACK");
            out.writeInt(2);
            out.writeInt(entries.length);
            for (byte[] entry : entries) {
                out.write(entry);
            }
            bytes.write(Constants.newMessageDigest().digest(bytes.toByteArray()));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] entry(int type, byte[] base, byte[] content) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            long rest = content.length >>> 4;
            bytes.write((rest != 0 ? 0x80 : 0) | type << 4 | content.length & 0xf);
            for (; rest != 0; rest >>>= 7) {
                bytes.write((int) (rest > 0x7f ? 0x80 | rest & 0x7f : rest));
            }
            bytes.write(base);
            try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
                deflater.write(content);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--delta-base-offset", "--no-delta-base-offset", "--depth=50", "--window=0"})
    void theIndexIsTheOneThatTheRealGitWrites(String option) throws IOException {
        work.history("main", 600);
        byte[] pack = work.feed(String.join("\n", work.objects("main")).concat("\n").getBytes(
            US_ASCII), "pack-objects", "--stdout", "-q", "--no-reuse-delta",
            option.startsWith("--no-delta") ? "--all-progress-implied" : option);
        ReceivedPack.Indexed received = indexed(pack);
        assertThat(received.selfContained()).isTrue();
        assertThat(received.stored().objects()).isGreaterThan(2000);
        assertThat(Files.readAllBytes(path(received))).isEqualTo(pack);
        work.run("index-pack", "-o", "theirs.idx", path(received).toString());
        assertThat(Files.readAllBytes(storage.files.index(LocalStorage.REPO, received.stored().name())))
            .isEqualTo(Files.readAllBytes(work.directory().resolve("theirs.idx")));
        received.pin().close();
    }

    @Test
    void aThinPackIsCompletedSoThatTheRealGitReadsIt() {
        commits(8);
        storage.push(work, "refs/heads/main", "main");
        byte[] thin = thinOf("file1", ("line 1\n").repeat(200) + "thin");
        ReceivedPack.Indexed received = indexed(thin);
        assertThat(received.stored().packBytes()).isGreaterThan(thin.length);
        work.run("verify-pack", "-v", path(received).toString());
        try (ObjectView view = storage.view(received.stored().name())) {
            assertThat(view.git().open(Names.id(work.name("main:file1"))).getBytes())
                .isEqualTo(work.feed(new byte[0], "cat-file", "blob", "main:file1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(storage.check(Set.of(work.name("main")), received.stored().name()))
            .isEqualTo(new Connectivity.Complete());
        received.pin().close();
    }

    private byte[] thinOf(String file, String content) {
        ObjectName before = work.name("main");
        work.write(file, content).commit("thin");
        return work.pack(List.of("main"), List.of(before.hex()));
    }

    @Test
    void aThinPackWithoutItsBaseSaysWhichObjectItNeeds() {
        commits(8);
        assertThat(whyUnusable(thinOf("file1", ("line 1\n").repeat(200) + "thin")))
            .matches("a delta needs object [0-9a-f]{40}, which is not here");
    }

    @Test
    void anEmptyPackLeavesNothing() {
        assertThat(storage.receive(pack())).isEqualTo(new ReceivedPack.Empty());
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void nothingBehindTheTrailerIsRead() throws IOException {
        commits(3);
        byte[] pack = work.pack(List.of("main"), List.of());
        byte[] behind = "what follows".getBytes(US_ASCII);
        InputStream in = new SequenceInputStream(new ByteArrayInputStream(pack), new ByteArrayInputStream(behind));
        try (ObjectView base = storage.view()) {
            storage.receiver.receive(in, base, NullProgressMonitor.INSTANCE);
        }
        assertThat(in.readAllBytes()).isEqualTo(behind);
    }

    @Test
    void aPackThatEndsTooEarlyIsUnusableWhereverItEnds() {
        commits(3);
        byte[] pack = work.pack(List.of("main"), List.of());
        for (int length = 0; length < pack.length; length += 1 + pack.length / 40) {
            assertThat(whyUnusable(Arrays.copyOf(pack, length))).contains("ends");
        }
    }

    @Test
    void aFlippedBitIsFoundWhereverItIs() {
        commits(3);
        byte[] pack = work.pack(List.of("main"), List.of());
        for (int at = 0; at < pack.length; at += 1 + pack.length / 60) {
            byte[] flipped = pack.clone();
            flipped[at] ^= 4;
            assertThat(whyUnusable(flipped)).describedAs("byte " + at).isNotEmpty();
        }
    }

    @Test
    void aBrokenStreamLeavesNothing() {
        commits(3);
        byte[] pack = work.pack(List.of("main"), List.of());
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(pack, 0, pack.length / 2),
            new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("connection reset");
                }
            });
        try (ObjectView base = storage.view()) {
            assertThatThrownBy(() -> storage.receiver.receive(broken, base, NullProgressMonitor.INSTANCE))
                .isInstanceOf(IOException.class).hasMessageContaining("connection reset");
        }
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void deltasThatStandOnEachOtherAreNotResolved() {
        byte[] a = new byte[20];
        byte[] b = new byte[20];
        a[0] = 1;
        b[0] = 2;
        byte[] delta = {1, 1, 1, 'x'};
        byte[] pack = pack(entry(Constants.OBJ_REF_DELTA, a, delta), entry(Constants.OBJ_REF_DELTA, b, delta));
        assertThat(whyUnusable(pack)).contains("which is not here");
    }

    @Test
    void aDeltaThatReachesBeyondItsBaseIsMalformed() {
        byte[] blob = entry(Constants.OBJ_BLOB, new byte[0], new byte[] {'a', 'b'});
        byte[] beyond = {2, 4, (byte) 0x90, 4};
        byte[] offset = {(byte) blob.length};
        assertThat(whyUnusable(pack(blob, entry(Constants.OBJ_OFS_DELTA, offset, beyond)))).contains("malformed");
    }

    @Test
    void theSameObjectTwiceIsRefused() {
        byte[] blob = entry(Constants.OBJ_BLOB, new byte[0], new byte[] {'a'});
        assertThat(whyUnusable(pack(blob, blob))).contains("is in the pack twice");
    }

    @Test
    void aTreeThatWouldWriteOutsideOfTheWorkTreeIsRefused() {
        String blob = work.feed("evil", "hash-object", "-w", "--stdin");
        byte[] head = "100644 ../evil".getBytes(US_ASCII);
        byte[] whole = new byte[head.length + 1 + 20];
        System.arraycopy(head, 0, whole, 0, head.length);
        Names.id(new ObjectName(blob)).copyRawTo(whole, head.length + 1);
        assertThat(whyUnusable(pack(entry(Constants.OBJ_TREE, new byte[0], whole)))).contains("malformed");
    }

    @Test
    void anObjectNamedAsAnotherTypeThanItIsMakesThePackUnusable() {
        String blob = work.feed("content", "hash-object", "-w", "--stdin");
        String commit = "tree " + blob + "\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx";
        byte[] pack = pack(entry(Constants.OBJ_BLOB, new byte[0], "content".getBytes(US_ASCII)),
            entry(Constants.OBJ_COMMIT, new byte[0], commit.getBytes(US_ASCII)));
        assertThat(whyUnusable(pack)).contains("another type");
    }

    @Test
    void limitsAreKept() {
        commits(5);
        byte[] pack = work.pack(List.of("main"), List.of());
        Map<PackLimits, String> settings = Map.of(
            new PackLimits(pack.length / 2, 1000, 1 << 20, 50),
            "bytes (objects.pack-max); push fewer commits at a time",
            new PackLimits(1 << 20, 5, 1 << 20, 50),
            "limit of 5 (objects.pack-objects-max); push fewer commits at a time",
            new PackLimits(1 << 20, 1000, 500, 50), "limit of 500 (objects.object-max); remove it from the history");
        for (Map.Entry<PackLimits, String> each : settings.entrySet()) {
            try (ObjectView base = storage.view()) {
                assertThat(storage.receiver(each.getKey()).receive(new ByteArrayInputStream(pack), base,
                    NullProgressMonitor.INSTANCE)).isInstanceOfSatisfying(ReceivedPack.Unusable.class,
                        unusable -> assertThat(unusable.why()).endsWith(each.getValue()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(filesLeft()).isEmpty();
        }
    }

    @Test
    void aTreeThatIsHeldInMemoryHasALimitThatCannotBeSet() {
        assertThat(whyUnusable(pack(entry(Constants.OBJ_TREE, new byte[0], new byte[(64 << 20) + 1])))).isEqualTo(
            "a commit, tree or tag of 67108865 bytes is over the limit of 67108864, which cannot be set");
    }

    @Test
    void aChainOfDeltasHasALimit() throws IOException {
        byte[] content = new byte[10_000];
        new Random(1).nextBytes(content);
        String first = new String(work.feed(content, "hash-object", "-w", "--stdin"), US_ASCII).strip();
        content[1000]++;
        String second = new String(work.feed(content, "hash-object", "-w", "--stdin"), US_ASCII).strip();
        byte[] pack = work.packOf(List.of(first, second));
        try (ObjectView base = storage.view()) {
            assertThat(storage.receiver(new PackLimits(1 << 20, 1000, 1 << 20, 0)).receive(
                new ByteArrayInputStream(pack), base, NullProgressMonitor.INSTANCE)).isEqualTo(
                    new ReceivedPack.Unusable("a chain of deltas is longer than the limit of 0"
                        + " (objects.delta-depth-max); repack with a smaller --depth, then push again"));
        }
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void aPackThatIsRefusedWhenItHasArrivedIsNotKept() throws IOException {
        commits(5);
        byte[] pack = work.pack(List.of("main"), List.of());
        ByteArrayInputStream in = new ByteArrayInputStream(pack);
        try (ObjectView base = storage.view()) {
            assertThat(storage.receiver(PackLimits.DEFAULT).receive(in, base, NullProgressMonitor.INSTANCE,
                () -> in.available() == 0 ? Optional.of("no turn") : Optional.of("asked too early")))
                .isEqualTo(new ReceivedPack.Unusable("no turn"));
        }
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void aPackThatNeedsTooMuchMemoryIsRefusedAndMemoryIsGivenBack() throws IOException {
        commits(5);
        byte[] pack = work.pack(List.of("main"), List.of());
        PackReceiver little = storage.receiver(PackLimits.DEFAULT, 80 * 30);
        for (int i = 0; i < 3; i++) {
            try (ObjectView base = storage.view()) {
                ReceivedPack received = little.receive(new ByteArrayInputStream(pack), base,
                    NullProgressMonitor.INSTANCE);
                assertThat(received).isInstanceOfSatisfying(ReceivedPack.Indexed.class, indexed -> {
                    assertThat(indexed.selfContained()).isFalse();
                    indexed.pin().close();
                });
            }
        }
        try (ObjectView base = storage.view()) {
            assertThat(storage.receiver(PackLimits.DEFAULT, 80 * 15).receive(new ByteArrayInputStream(pack), base,
                NullProgressMonitor.INSTANCE)).isInstanceOfSatisfying(ReceivedPack.Unusable.class, unusable ->
                    assertThat(unusable.why()).contains("memory"));
        }
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void anObjectThatIsHeldInMemoryIsCountedWhileItIsReadAndNoLonger() throws IOException {
        byte[] content = new byte[1 << 20];
        byte[] one = entry(Constants.OBJ_BLOB, new byte[0], content);
        content[0] = 1;
        byte[] other = entry(Constants.OBJ_BLOB, new byte[0], content);
        byte[] announced = Arrays.copyOf(entry(Constants.OBJ_TREE, new byte[0], new byte[3 << 20]), 100);
        PackReceiver little = storage.receiver(PackLimits.DEFAULT, 2 << 20);
        try (ObjectView base = storage.view()) {
            assertThat(little.receive(new ByteArrayInputStream(pack(announced)), base, NullProgressMonitor.INSTANCE))
                .isInstanceOfSatisfying(ReceivedPack.Unusable.class, unusable ->
                    assertThat(unusable.why()).contains("memory"));
            assertThat(little.receive(new ByteArrayInputStream(pack(one, other)), base, NullProgressMonitor.INSTANCE))
                .isInstanceOfSatisfying(ReceivedPack.Indexed.class, indexed -> indexed.pin().close());
        }
    }

    @Test
    @Timeout(60)
    void missingObjectsWhoseHashesAreEqualTakeNoLongerThanOthers() throws IOException {
        ByteArrayOutputStream tree = new ByteArrayOutputStream();
        byte[] name = new byte[Constants.OBJECT_ID_LENGTH];
        for (int i = 1; i <= 100_000; i++) {
            tree.write(String.format("100644 f%06d\0", i).getBytes(US_ASCII));
            ByteBuffer.wrap(name).putInt(i);
            tree.write(name);
        }
        byte[] content = tree.toByteArray();
        ObjectName tip = new ObjectName(new ObjectInserter.Formatter().idFor(Constants.OBJ_TREE, content).name());
        assertThat(storage.check(pack(entry(Constants.OBJ_TREE, new byte[0], content)), Set.of(tip)))
            .isInstanceOf(Connectivity.Incomplete.class);
    }

    @Test
    void largeObjectsAndTheirDeltasPassThroughFiles() {
        byte[] large = new byte[Scratch.LARGE_BYTES + 12345];
        new Random(1).nextBytes(large);
        String first = new String(work.feed(large, "hash-object", "-w", "--stdin"), US_ASCII).strip();
        large[1000]++;
        String second = new String(work.feed(large, "hash-object", "-w", "--stdin"), US_ASCII).strip();
        byte[] pack = work.packOf(List.of(first, second));
        assertThat(pack.length).isLessThan(large.length + large.length / 10);
        ReceivedPack.Indexed received = indexed(pack);
        try (ObjectView view = storage.view(received.stored().name())) {
            assertThat(view.has(new ObjectName(first))).isTrue();
            assertThat(view.has(new ObjectName(second))).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        received.pin().close();
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void theSamePackAgainIsTheSamePack() {
        commits(3);
        byte[] pack = work.pack(List.of("main"), List.of());
        ReceivedPack.Indexed first = indexed(pack);
        ReceivedPack.Indexed again = indexed(pack);
        assertThat(again.stored().name()).isEqualTo(first.stored().name());
        first.pin().close();
        assertThat(storage.files.has(LocalStorage.REPO, first.stored().name())).isTrue();
        again.pin().close();
        assertThat(filesLeft()).isEmpty();
    }
}
