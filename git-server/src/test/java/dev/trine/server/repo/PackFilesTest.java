package dev.trine.server.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.PackName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackFilesTest {
    @TempDir
    Path directory;
    private final Set<PackName> listed = new HashSet<>();
    private byte[] pack;
    private byte[] index;

    @BeforeEach
    void makePack() throws IOException {
        GitWork work = GitWork.init(directory.resolve("work"));
        work.write("a", "one").commit("first");
        pack = work.pack(List.of("main"), List.of());
        Path file = Files.write(work.directory().resolve("some.pack"), pack);
        work.run("index-pack", file.toString());
        index = Files.readAllBytes(work.directory().resolve("some.idx"));
    }

    private PackFiles files(Disk disk) throws IOException {
        return PackFiles.open(directory.resolve("objects"), (repo, name) -> listed.contains(name), disk);
    }

    private IncomingPack.Result receive(PackFiles files, byte[] packBytes, byte[] indexBytes) throws IOException {
        try (IncomingPack incoming = files.receive(LocalStorage.REPO)) {
            incoming.pack().write(packBytes);
            incoming.index().write(indexBytes);
            return incoming.install();
        }
    }

    private IncomingPack.Result.Installed install(PackFiles files) throws IOException {
        return (IncomingPack.Result.Installed) receive(files, pack, index);
    }

    private Path repository() {
        return directory.resolve("objects/01/" + LocalStorage.REPO.value());
    }

    private List<String> filesLeft() throws IOException {
        try (Stream<Path> files = Files.list(repository())) {
            return files.map(file -> file.getFileName().toString().replaceFirst("-.*\\.", "-*.")).sorted().toList();
        }
    }

    @Test
    void aPackCountsOnceItsFilesAndTheirNamesAreOnDisk() throws IOException {
        FailingDisk disk = new FailingDisk(Integer.MAX_VALUE);
        install(files(disk)).pin().close();
        List<String> done = disk.done();
        assertThat(done.subList(2, 5)).containsExactly("sync directory", "rename pack", "rename idx");
        assertThat(done.subList(5, done.size())).containsExactlyInAnyOrder("sync pack", "sync idx", "sync directory");
    }

    @Test
    void aNameThatIsListedNeverShowsAFileWithoutItsBytes() throws IOException {
        listed.add(new PackName(HexFormat.of().formatHex(pack, pack.length - 20, pack.length)));
        FailingDisk disk = new FailingDisk(Integer.MAX_VALUE);
        install(files(disk)).pin().close();
        assertThat(disk.done().subList(3, 7)).containsExactly("sync pack", "sync idx", "rename pack", "rename idx");
    }

    @Test
    void aDirectoryThatIsThereAlreadyIsSyncedWithItsParentsOnceInAProcess() throws IOException {
        Files.createDirectories(repository());
        FailingDisk disk = new FailingDisk(Integer.MAX_VALUE);
        PackFiles files = files(disk);
        files.temporary(LocalStorage.REPO, ".pack");
        assertThat(disk.done()).containsExactly("sync directory", "sync directory");
        files.temporary(LocalStorage.REPO, ".pack");
        assertThat(disk.done()).hasSize(2);
    }

    @Test
    void aPowerFailureAtAnyMomentLeavesAllOfAPackOrNothing() throws IOException {
        boolean installed = false;
        for (int operations = 0; !installed; operations++) {
            FailingDisk disk = new FailingDisk(operations);
            PackName name = new PackName(HexFormat.of().formatHex(pack, pack.length - 20, pack.length));
            try {
                install(files(disk));
                installed = true;
                listed.add(name);
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith("power failure");
            }
            if (!Files.exists(repository())) {
                continue;
            }
            disk.losePower(repository());
            PackFiles afterwards = files(new DurableFiles());
            afterwards.sweep();
            assertThat(filesLeft()).isEqualTo(installed ? List.of("pack-*.idx", "pack-*.pack") : List.of());
            if (installed) {
                assertThat(afterwards.has(LocalStorage.REPO, name)).isTrue();
                assertThat(Files.readAllBytes(afterwards.pack(LocalStorage.REPO, name))).isEqualTo(pack);
                assertThat(Files.readAllBytes(afterwards.index(LocalStorage.REPO, name))).isEqualTo(index);
            }
        }
    }

    @Test
    void theSweepRemovesWhatNothingListsAndLeavesOthersFilesAlone() throws IOException {
        PackFiles files = files(new DurableFiles());
        install(files);
        Files.write(repository().resolve("tmp_123.pack"), new byte[3]);
        Files.write(repository().resolve("pack-" + "1".repeat(40) + ".bitmap"), new byte[3]);
        Files.write(repository().resolve("notes.txt"), new byte[3]);
        Path foreign = Files.createDirectories(directory.resolve("objects/lost+found/x"));
        Files.write(foreign.resolve("tmp_1.pack"), new byte[3]);
        assertThat(files.sweep()).isEqualTo(4);
        assertThat(filesLeft()).containsExactly("notes.txt");
        assertThat(foreign.resolve("tmp_1.pack")).exists();
        listed.add(install(files).stored().name());
        assertThat(files.sweep()).isZero();
        assertThat(filesLeft()).containsExactly("notes.txt", "pack-*.idx", "pack-*.pack");
    }

    @Test
    void aPackThatIsNotListedGoesWithItsLastPin() throws IOException {
        PackFiles files = files(new DurableFiles());
        IncomingPack.Result.Installed first = install(files);
        PackPin second = files.pin(LocalStorage.REPO, List.of(first.stored().name()));
        first.pin().close();
        first.pin().close();
        assertThat(filesLeft()).hasSize(2);
        second.close();
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void aListedPackStaysUntilItIsTakenOffTheListAndReaped() throws IOException {
        PackFiles files = files(new DurableFiles());
        IncomingPack.Result.Installed installed = install(files);
        PackName name = installed.stored().name();
        listed.add(name);
        installed.pin().close();
        assertThat(files.list(LocalStorage.REPO)).containsExactly(name);
        try (PackPin reading = files.pin(LocalStorage.REPO, List.of(name))) {
            listed.clear();
            files.reap(LocalStorage.REPO, List.of(name));
            assertThat(files.has(reading.repo(), name)).isTrue();
        }
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void damagedBytesFromAPeerAreNotInstalled() throws IOException {
        PackFiles files = files(new DurableFiles());
        for (int at = 0; at < pack.length; at += 7) {
            byte[] damaged = pack.clone();
            damaged[at] ^= 1;
            assertThat(receive(files, damaged, index)).isInstanceOf(IncomingPack.Result.Damaged.class);
        }
        for (int at = 0; at < index.length; at += 31) {
            byte[] damaged = index.clone();
            damaged[at] ^= 1;
            assertThat(receive(files, pack, damaged)).isInstanceOf(IncomingPack.Result.Damaged.class);
        }
        assertThat(receive(files, pack, Arrays.copyOf(index, index.length - 1)))
            .isInstanceOf(IncomingPack.Result.Damaged.class);
        assertThat(receive(files, Arrays.copyOf(pack, 10), index)).isInstanceOf(IncomingPack.Result.Damaged.class);
        assertThat(filesLeft()).isEmpty();
    }

    @Test
    void deletingARepositoryRemovesItsDirectory() throws IOException {
        PackFiles files = files(new DurableFiles());
        install(files).pin().close();
        files.deleteRepository(LocalStorage.REPO);
        assertThat(repository()).doesNotExist();
        files.deleteRepository(LocalStorage.REPO);
    }
}
