package dev.trine.server.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
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

    private void pushCommits(int count) {
        for (int i = 0; i < count; i++) {
            work.write("dir" + i % 3 + "/file" + i % 5, "content ".repeat(50) + i).commit("commit " + i);
            storage.push(work, "refs/heads/main", "main");
        }
    }

    private StoredPack stored(PackName pack) {
        try {
            return storage.files.describe(LocalStorage.REPO, pack);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean has(ObjectName object) {
        try (ObjectView view = storage.view()) {
            return view.has(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A bare repository of the real git over the pack files, with the branches given. */
    private GitWork asCGitSeesIt(String... refs) throws IOException {
        GitWork bare = new GitWork(Files.createDirectories(directory.resolve("bare")));
        bare.run("init", "-q", "--bare", "--initial-branch=main");
        try (Stream<Path> files = Files.list(storage.directory())) {
            for (Path file : files.toList()) {
                Files.copy(file, bare.directory().resolve("objects/pack").resolve(file.getFileName()));
            }
        }
        for (String ref : refs) {
            bare.run("update-ref", "refs/heads/" + ref, work.name(ref).hex());
        }
        return bare;
    }

    @Test
    void manyPushesAreFoldedIntoOnePackThatHoldsAll() {
        pushCommits(12);
        assertThat(storage.packs()).hasSize(12);
        Compacted swapped = storage.compact(Compaction.Extent.FOLD, Set.of(), Instant.MAX).orElseThrow();
        assertThat(swapped.replaced()).hasSize(12);
        assertThat(storage.packs()).hasSize(1).isEqualTo(swapped.added());
        assertThat(storage.check(Set.of(work.name("main")))).isEqualTo(new Connectivity.Complete());
        assertThat(work.objects("main")).allMatch(object -> has(new ObjectName(object)));
    }

    @Test
    void aFoldLeavesTheMainPackAlone() {
        pushCommits(5);
        storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        PackName main = storage.packs().getFirst();
        pushCommits(3);
        storage.compact(Compaction.Extent.FOLD, Set.of(), Instant.MAX);
        assertThat(storage.packs()).hasSize(2).contains(main);
    }

    @Test
    void theRealGitReadsPackIndexAndBitmap() throws IOException {
        pushCommits(30);
        storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        assertThat(storage.packs()).singleElement().matches(pack -> stored(pack).bitmap());
        GitWork bare = asCGitSeesIt("main");
        bare.run("fsck", "--full", "--strict", "--no-dangling");
        bare.run("verify-pack", "objects/pack/pack-" + storage.packs().getFirst().hex() + ".pack");
        assertThat(bare.run("rev-list", "--test-bitmap", "main")).isEmpty();
        assertThat(bare.run("rev-list", "--use-bitmap-index", "--count", "--objects", "main"))
            .isEqualTo(String.valueOf(work.objects("main").size()));
        bare.run("clone", "-q", "--no-local", ".", "clone");
    }

    @Test
    void rewritingAgainChangesNothingAndIsNotDue() throws IOException {
        pushCommits(5);
        storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        assertThat(storage.compaction.due(LocalStorage.REPO, storage.packs())).isEmpty();
        assertThat(storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX)).isEmpty();
    }

    /** Commits that each add a file, pushed as one pack. */
    private void pushFiles(String prefix, int count) {
        StringBuilder stream = new StringBuilder("commit refs/heads/main\ncommitter A <a@b> 1 +0000\ndata 1\nx\n");
        if (!storage.packs().isEmpty()) {
            stream.append("from refs/heads/main^0\n");
        }
        for (int i = 0; i < count; i++) {
            String content = prefix + i;
            stream.append("M 100644 inline ").append(prefix).append(i % 10).append('/').append(i).append("\ndata ")
                .append(content.length()).append('\n').append(content).append('\n');
        }
        work.feed(stream.toString(), "fast-import", "--quiet");
        storage.push(work, "refs/heads/main", "main");
    }

    @Test
    void aRewritingThatIsPutOffIsDueWhenTheRestIsOver() throws IOException {
        storage.close();
        storage = new LocalStorage(directory.resolve("objects"), new LongRewriting());
        pushFiles("a", 12_000);
        Instant began = Instant.now();
        storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        assertThat(storage.compaction.dueAfterRest(LocalStorage.REPO, storage.packs())).isEmpty();
        pushFiles("few", 10);
        assertThat(storage.compaction.dueAfterRest(LocalStorage.REPO, storage.packs())).isEmpty();
        pushFiles("b", 1_050);
        assertThat(storage.compaction.due(LocalStorage.REPO, storage.packs())).isEmpty();
        assertThat(storage.compaction.dueAfterRest(LocalStorage.REPO, storage.packs()).orElseThrow())
            .isAfter(began);
        pushFiles("c", 1_050);
        assertThat(storage.compaction.due(LocalStorage.REPO, storage.packs())).contains(Compaction.Extent.FULL);
    }

    /** The first one to look at it begins a rewriting that ends a minute later: it is followed by ten of rest. */
    private static final class LongRewriting extends Clock {
        private final AtomicBoolean begun = new AtomicBoolean();

        @Override
        public Instant instant() {
            return begun.getAndSet(true) ? Instant.now().plusSeconds(60) : Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void whatAnotherThreadRewritesIsNotFolded() throws IOException {
        pushCommits(25);
        List<PackName> busy = storage.packs().subList(0, 5);
        assertThat(storage.compaction.isFoldDue(LocalStorage.REPO, storage.packs(), Set.copyOf(busy))).isTrue();
        try (ObjectView view = storage.view()) {
            Compacted folded = storage.compaction.fold(view, Set.of(), Set.copyOf(busy)).orElseThrow();
            assertThat(folded.replaced()).hasSize(20).doesNotContainAnyElementsOf(busy);
            folded.pin().close();
        }
        assertThat(storage.compaction.isFoldDue(LocalStorage.REPO, storage.packs(),
            Set.copyOf(storage.packs().subList(0, 6)))).isFalse();
    }

    @Test
    void whatOnlyOtherRefsReachStaysOutOfTheMainPack() {
        pushCommits(3);
        work.run("checkout", "-q", "-b", "change");
        ObjectName change = work.write("review", "me").commit("change");
        storage.push(work, "refs/changes/1", "change");
        storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        assertThat(storage.packs()).hasSize(2);
        assertThat(stored(storage.packs().getLast()).objects()).isEqualTo(3);
        assertThat(storage.check(Set.of(change))).isEqualTo(new Connectivity.Complete());
    }

    @Test
    void unreachableObjectsGoUnlessTheyAreKeptOrYoung() throws IOException {
        pushCommits(3);
        ObjectName gone = pushAndDelete("gone");
        ObjectName kept = pushAndDelete("kept");
        Instant hourAgo = Instant.now().minusSeconds(3600);
        for (PackName pack : storage.packs()) {
            Files.setLastModifiedTime(storage.files.pack(LocalStorage.REPO, pack), FileTime.from(hourAgo));
        }
        LocalStorage again = new LocalStorage(directory.resolve("objects"));
        again.take(storage);
        storage.close();
        storage = again;
        ObjectName young = pushAndDelete("young");
        storage.compact(Compaction.Extent.FULL, Set.of(kept, new ObjectName("1".repeat(40))),
            Instant.now().minusSeconds(600));
        assertThat(has(gone)).isFalse();
        assertThat(has(kept)).isTrue();
        assertThat(has(work.name("kept:kept"))).isTrue();
        assertThat(has(young)).isTrue();
        assertThat(storage.packs()).hasSize(2);
        storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        assertThat(storage.packs()).hasSize(1);
        assertThat(has(young)).isFalse();
    }

    private ObjectName pushAndDelete(String branch) {
        work.run("checkout", "-q", "-b", branch, "main");
        ObjectName tip = work.write(branch, "on " + branch).commit(branch);
        storage.push(work, "refs/heads/" + branch, branch);
        storage.delete("refs/heads/" + branch);
        work.run("checkout", "-q", "main");
        return tip;
    }

    @Test
    void itSaysWhatItsResultIsComputedFrom() {
        pushCommits(2);
        ObjectName kept = pushAndDelete("kept");
        Compacted swapped = storage.compact(Compaction.Extent.FULL, Set.of(kept, new ObjectName("1".repeat(40))),
            Instant.MAX).orElseThrow();
        assertThat(swapped.roots()).containsExactlyInAnyOrder(work.name("main"), kept);
    }

    @Test
    void replacedFilesGoOnceNobodyReadsThem() throws IOException {
        pushCommits(3);
        List<PackName> before = storage.packs();
        try (ObjectView reading = storage.view()) {
            storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
            assertThat(before).allMatch(pack -> storage.files.has(LocalStorage.REPO, pack));
            assertThat(reading.has(work.name("main"))).isTrue();
        }
        assertThat(storage.files.list(LocalStorage.REPO)).isEqualTo(storage.packs());
        try (Stream<Path> files = Files.list(storage.directory())) {
            assertThat(files.map(file -> file.getFileName().toString())).hasSize(3)
                .allMatch(name -> name.matches("pack-[0-9a-f]{40}\\.(pack|idx|bitmap)"));
        }
    }

    @Test
    void aRepositoryThatLacksAnObjectIsNotRewritten() {
        pushCommits(2);
        ObjectName tip = work.write("x", "x").commit("not all of it");
        storage.push("refs/heads/broken", tip, work.packOf(List.of(tip.hex())));
        List<PackName> before = storage.packs();
        assertThatThrownBy(() -> storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX))
            .hasCauseInstanceOf(MissingObjectException.class);
        assertThat(storage.packs()).isEqualTo(before);
        assertThat(before).allMatch(pack -> storage.files.has(LocalStorage.REPO, pack));
    }

    @Test
    void withoutAnyRefNothingIsLeft() {
        pushCommits(2);
        storage.delete("refs/heads/main");
        storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        assertThat(storage.packs()).isEmpty();
    }
}
