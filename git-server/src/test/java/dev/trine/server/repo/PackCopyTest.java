package dev.trine.server.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy that is cut off at each byte goes on from there. */
class PackCopyTest {
    private static final Instant WRITTEN = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path directory;
    private final Set<PackName> listed = new HashSet<>();
    private PackFiles files;
    private UnfinishedCopies copies;
    private Map<String, byte[]> bytes;
    private PackCopy.Announced announced;

    @BeforeEach
    void makePack() throws IOException {
        GitWork work = GitWork.init(directory.resolve("work"));
        work.write("a", "one").commit("first");
        byte[] pack = work.pack(List.of("main"), List.of());
        work.run("index-pack", Files.write(work.directory().resolve("some.pack"), pack).toString());
        bytes = Map.of("pack", pack, "idx", Files.readAllBytes(work.directory().resolve("some.idx")));
        announced = new PackCopy.Announced(new PackName(trailer(pack)), List.of(part("pack"), part("idx")), WRITTEN,
            false);
        open();
    }

    private void open() throws IOException {
        files = PackFiles.open(directory.resolve("objects"), (repo, name) -> listed.contains(name));
        files.sweep();
        copies = new UnfinishedCopies(files);
    }

    private static String trailer(byte[] file) {
        return HexFormat.of().formatHex(file, file.length - 20, file.length);
    }

    private PackCopy.Part part(String extension) {
        byte[] file = bytes.get(extension);
        return new PackCopy.Part(extension, file.length, new ObjectName(trailer(file)));
    }

    /** Copies up to so many bytes of both files together; returns how many came. */
    private int copy(PackCopy copy, int bytesMax) throws IOException {
        int came = 0;
        for (PackCopy.Part part : announced.parts()) {
            byte[] file = bytes.get(part.extension());
            int here = (int) copy.bytesHere(part);
            int length = Math.min(file.length - here, bytesMax - came);
            copy.write(part, Arrays.copyOfRange(file, here, here + length));
            came += length;
        }
        return came;
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.list(files.directory(LocalStorage.REPO))) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatCameBeforeACrashAtAnyByteDoesNotComeAgain() throws IOException {
        int total = (int) announced.bytes();
        for (int cut = 0; cut <= total; cut++) {
            try (PackCopy first = copies.open(LocalStorage.REPO, announced)) {
                assertThat(copy(first, cut)).isEqualTo(cut);
            }
            open();
            assertThat(copies.bytesHere(LocalStorage.REPO, announced)).isEqualTo(cut);
            try (PackCopy second = copies.open(LocalStorage.REPO, announced)) {
                assertThat(second.bytesHere()).isEqualTo(cut);
                assertThat(copy(second, total)).isEqualTo(total - cut);
                var installed = (IncomingPack.Result.Installed) second.install();
                assertThat(installed.stored().name()).isEqualTo(announced.name());
                assertThat(installed.stored().written()).isEqualTo(WRITTEN);
                installed.pin().close();
            }
            copies.discard(LocalStorage.REPO);
            assertThat(left()).isEmpty();
        }
    }

    @Test
    void aCrashBeforeThePackIsListedCostsNothing() throws IOException {
        try (PackCopy copy = copies.open(LocalStorage.REPO, announced)) {
            copy(copy, Integer.MAX_VALUE);
            copy.install();
        }
        assertThat(left()).contains("pack-" + announced.name() + ".pack");
        open();
        assertThat(left()).hasSize(2).allMatch(name -> name.startsWith("copy-" + announced.name()));
        try (PackCopy again = copies.open(LocalStorage.REPO, announced)) {
            assertThat(copy(again, Integer.MAX_VALUE)).isZero();
            assertThat(again.install()).isInstanceOf(IncomingPack.Result.Installed.class);
            listed.add(announced.name());
        }
        copies.discard(LocalStorage.REPO);
        assertThat(left()).containsExactly("pack-" + announced.name() + ".idx", "pack-" + announced.name() + ".pack");
    }

    @Test
    void bytesThatTheDiskChangedAreFoundAndDropped() throws IOException {
        try (PackCopy first = copies.open(LocalStorage.REPO, announced)) {
            copy(first, 50);
        }
        Path half = files.directory(LocalStorage.REPO).resolve(left().stream().filter(name -> name.endsWith(".pack"))
            .findFirst().orElseThrow());
        byte[] changed = Files.readAllBytes(half);
        changed[20] ^= 1;
        Files.write(half, changed);
        try (PackCopy second = copies.open(LocalStorage.REPO, announced)) {
            copy(second, Integer.MAX_VALUE);
            assertThat(second.install()).isInstanceOf(IncomingPack.Result.Damaged.class);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void whatNobodyGoesOnWithIsRemovedWhenItIsOld() throws IOException {
        try (PackCopy first = copies.open(LocalStorage.REPO, announced)) {
            copy(first, 50);
        }
        open();
        assertThat(copies.sweep(Instant.now().minusSeconds(3600))).isZero();
        for (String name : left()) {
            Files.setLastModifiedTime(files.directory(LocalStorage.REPO).resolve(name), FileTime.from(WRITTEN));
        }
        assertThat(copies.sweep(Instant.now().minusSeconds(3600))).isEqualTo(2);
        assertThat(left()).isEmpty();
    }
}
