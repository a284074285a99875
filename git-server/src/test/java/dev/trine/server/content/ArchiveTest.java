package dev.trine.server.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Archives, compared with those of git archive. */
@Timeout(120)
final class ArchiveTest {
    private static final String LONG = "long/" + "d".repeat(90) + "/" + "f".repeat(120) + ".txt";

    @TempDir
    private Path directory;
    private ContentRoom room;

    @BeforeEach
    void make() throws IOException {
        room = room(ArchiveSettings.DEFAULT);
    }

    @AfterEach
    void close() {
        room.close();
    }

    private ContentRoom room(ArchiveSettings settings) throws IOException {
        ContentRoom made = new ContentRoom(Files.createTempDirectory(directory, "room"), ContentRoom.RAW, settings);
        made.add("README", "hello\n");
        made.add("empty", "");
        made.add("src/main/ä.c", "int main;\n");
        made.add("src/run.sh", "#!/bin/sh\n");
        made.git().run("update-index", "--chmod=+x", "src/run.sh");
        Files.createSymbolicLink(made.path("src/link"), Path.of("main/ä.c"));
        made.git().run("add", "src/link");
        made.add(LONG, "far down\n");
        made.add("big", "0123456789".repeat(200_000));
        made.add("secret/key", "key\n");
        made.add("secret/deep/er", "key\n");
        made.add("src/notes.tmp", "notes\n");
        made.add("src/keep.tmp", "keep\n");
        made.add("only/ignored.tmp", "x\n");
        made.add("docs/internal/x", "x\n");
        made.add(".gitattributes", "secret export-ignore\n*.tmp export-ignore\n/docs/internal/ export-ignore\n"
            + "README text=auto\n");
        made.add("src/.gitattributes", "keep.tmp -export-ignore\n");
        made.git().run("update-index", "--add", "--cacheinfo", "160000," + "2".repeat(40) + ",mod");
        made.git().run("commit", "--quiet", "-m", "all sorts");
        return made;
    }

    private Path written(Download download, String name) throws IOException {
        return Files.write(directory.resolve(name), download.bytes());
    }

    private static String command(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(output).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return output;
    }

    private static String listing(Path tar) throws IOException {
        return command("tar", "--full-time", "-tvf", tar.toString());
    }

    private Path unpacked(Path tar) throws IOException {
        Path into = Files.createTempDirectory(directory, "unpacked");
        command("tar", "-xf", tar.toString(), "-C", into.toString());
        return into;
    }

    private void assertAsGitArchive(String prefix, String... paths) throws IOException {
        Path ours = written(room.archive("main", ArchiveFormat.TAR_GZ, prefix, paths), "ours.tar.gz");
        Path git = directory.resolve("git.tar");
        List<String> command = new ArrayList<>(List.of("archive", "--format=tar", "-o", git.toString(),
            "--prefix=" + prefix, "main"));
        command.addAll(List.of(paths));
        room.git().run(command.toArray(String[]::new));
        assertThat(listing(ours)).isEqualTo(listing(git)).contains("2027-01-15");
        command("diff", "-r", "--no-dereference", unpacked(git).toString(), unpacked(ours).toString());
    }

    @Test
    void aTarHasWhatGitArchiveHas() throws IOException {
        assertAsGitArchive("");
        assertThat(listing(directory.resolve("ours.tar.gz"))).contains("src/keep.tmp", "mod/", "only/", "-> main/ä.c")
            .doesNotContain("secret", "notes", "internal");
    }

    @Test
    void prefixAndPathsAreThoseOfGitArchive() throws IOException {
        assertAsGitArchive("app-1.0/");
        assertAsGitArchive("a/b//");
        assertAsGitArchive("x-", "src");
        assertAsGitArchive("", "src/main", "README");
        assertAsGitArchive("p/", "src/main/ä.c", "long");
    }

    @Test
    void theTarNamesItsCommit() throws IOException {
        Path tar = written(room.archive("main", ArchiveFormat.TAR_GZ, ""), "ours.tar.gz");
        command("sh", "-c", "gzip -dc '" + tar + "' > '" + directory.resolve("plain.tar") + "'");
        String id = command("sh", "-c", "git get-tar-commit-id < '" + directory.resolve("plain.tar") + "'");
        assertThat(id.strip()).isEqualTo(room.git().run("rev-parse", "main").strip());
    }

    /** Name, what kind of thing it is and whether it can be run, and content, of each entry. */
    private static TreeMap<String, String> entries(Path file) throws IOException {
        TreeMap<String, String> entries = new TreeMap<>();
        TreeMap<String, Integer> modes = modes(Files.readAllBytes(file));
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                int mode = modes.get(entry.getName());
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), entry.isDirectory() ? "directory"
                        : ((mode & 0170000) == 0120000 ? "link " : "") + (mode & 0100) + " " + entry.getSize() + " "
                            + Arrays.hashCode(in.readAllBytes()));
                }
            }
        }
        assertThat(entries).hasSameSizeAs(modes);
        return entries;
    }

    /** The upper half of the external attributes in the central directory (APPNOTE.TXT, section 4.3.12). */
    private static TreeMap<String, Integer> modes(byte[] zip) {
        TreeMap<String, Integer> modes = new TreeMap<>();
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int end = zip.length - 22 - 40; // the commit's id is the comment
        int at = bytes.getInt(end + 16);
        while (bytes.getInt(at) == 0x02014b50) {
            int length = bytes.getShort(at + 28);
            modes.put(new String(zip, at + 46, length, StandardCharsets.UTF_8), bytes.getShort(at + 40) & 0xffff);
            at += 46 + length + bytes.getShort(at + 30) + bytes.getShort(at + 32);
        }
        return modes;
    }

    @Test
    void aZipHasWhatGitArchiveHas() throws IOException {
        Path ours = written(room.archive("main", ArchiveFormat.ZIP, "p/"), "ours.zip");
        Path git = directory.resolve("git.zip");
        room.git().run("archive", "--format=zip", "-o", git.toString(), "--prefix=p/", "main");
        assertThat(entries(ours)).isEqualTo(entries(git)).containsKey("p/" + LONG);
        try (ZipFile zip = new ZipFile(ours.toFile())) {
            assertThat(zip.getComment()).isEqualTo(room.git().run("rev-parse", "main").strip());
            assertThat(zip.getEntry("p/README").getLastModifiedTime().toMillis()).isEqualTo(1_800_000_000_000L);
        }
    }

    @Test
    void theSameIsMadeOfTheSameAnywhereAndAtAnyTime() throws IOException {
        TimeZone usual = TimeZone.getDefault();
        try (ContentRoom other = room(new ArchiveSettings(new ByteSize(1 << 30), 1000, new ByteSize(0)))) {
            for (ArchiveFormat format : ArchiveFormat.values()) {
                byte[] here = room.archive("main", format, "p/").bytes();
                TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
                Download there = other.archive("HEAD", format, "p/");
                assertThat(there.bytes()).isEqualTo(here);
                TimeZone.setDefault(usual);
                assertThat(there.found().etag()).isEqualTo(room.archive("main", format, "p/").found().etag());
            }
        } finally {
            TimeZone.setDefault(usual);
        }
    }

    @Test
    void whateverMakesADifferenceHasAnotherTag() {
        List<String> tags = List.of(room.archive("main", ArchiveFormat.TAR_GZ, "").found().etag(),
            room.archive("main", ArchiveFormat.ZIP, "").found().etag(),
            room.archive("main", ArchiveFormat.TAR_GZ, "p/").found().etag(),
            room.archive("main", ArchiveFormat.TAR_GZ, "", "src").found().etag(),
            room.archive("main", ArchiveFormat.TAR_GZ, "", "README").found().etag());
        assertThat(tags).doesNotHaveDuplicates();
        assertThat(room.archive("main", ArchiveFormat.TAR_GZ, "", "README", "src/", "src").found().etag())
            .isEqualTo(room.archive("HEAD", ArchiveFormat.TAR_GZ, "", "src", "README").found().etag());
    }

    @Test
    void anArchiveIsMadeOnceAndThenServedInParts() {
        Wanted.Archive wanted = new Wanted.Archive("main", ArchiveFormat.TAR_GZ, "", List.of());
        Conditions headOnly = new Conditions(List.of(), Optional.empty(), Optional.empty(), true);
        assertThat(room.ask(wanted, headOnly).found().size()).isEmpty();
        byte[] whole = room.ask(wanted, Conditions.NONE).bytes();
        assertThat(room.ask(wanted, headOnly).found().size()).isEqualTo(OptionalLong.of(whole.length));
        Download part = room.ask(wanted, new Conditions(List.of(), Optional.of(new ByteRange.Suffix(100)),
            Optional.empty(), false));
        assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(whole, whole.length - 100, whole.length));
        assertThat(part.found().size()).isEqualTo(OptionalLong.of(whole.length));
        Download same = room.ask(wanted, new Conditions(List.of(part.found().etag()), Optional.empty(),
            Optional.empty(), false));
        assertThat(same.head()).isInstanceOf(Head.NotModified.class);
        assertThat(room.cache().counts().misses()).isEqualTo(1);
    }

    @Test
    void manyWhoAskAtOnceShareOneMaking() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(threads.submit(() -> room.archive("main", ArchiveFormat.ZIP, "").bytes()));
            }
            byte[] first = all.getFirst().get();
            for (Future<byte[]> each : all) {
                assertThat(each.get()).isEqualTo(first);
            }
        }
        assertThat(room.cache().counts().misses()).isEqualTo(1);
    }

    @Test
    void withoutACacheEachIsMadeForItself() throws IOException {
        try (ContentRoom bare = room(new ArchiveSettings(new ByteSize(1 << 30), 1000, new ByteSize(0)))) {
            byte[] whole = bare.archive("main", ArchiveFormat.TAR_GZ, "").bytes();
            assertThat(whole).isEqualTo(bare.archive("main", ArchiveFormat.TAR_GZ, "").bytes());
            assertThat(bare.ask(new Wanted.Archive("main", ArchiveFormat.TAR_GZ, "", List.of()), new Conditions(
                List.of(), Optional.of(new ByteRange.Suffix(1)), Optional.empty(), false)).bytes()).isEqualTo(whole);
            assertThat(bare.cache().counts().bytes()).isZero();
        }
    }

    @Test
    void limitsAreToldBeforeAByteIsSent() throws IOException {
        try (ContentRoom small = room(new ArchiveSettings(new ByteSize(1000), 1000, new ByteSize(1 << 20)));
             ContentRoom few = room(new ArchiveSettings(new ByteSize(1 << 30), 5, new ByteSize(1 << 20)))) {
            Download large = small.archive("main", ArchiveFormat.TAR_GZ, "p/");
            assertThat(large.head()).isEqualTo(new Head.TooLarge("the files of this archive have more than 1000 bytes"
                + " (archive.size-max); ask for parts of it, with path, or clone the repository"));
            assertThat(large.bytes()).isEmpty();
            assertThat(small.archive("main", ArchiveFormat.TAR_GZ, "", "README").bytes()).isNotEmpty();
            assertThat(few.archive("main", ArchiveFormat.ZIP, "").head()).isEqualTo(new Head.TooLarge("an archive is"
                + " made of at most 5 files and directories (archive.entries-max); ask for parts of it, with path"));
            assertThat(few.cache().counts().packs()).isZero();
        }
    }

    @Test
    void attributesThatWouldCostTooMuchAreRefused() throws IOException {
        room.add(".gitattributes", "x export-ignore\n".repeat(1001));
        room.git().commit("rules");
        assertThat(room.archive("main", ArchiveFormat.ZIP, "").head().toString())
            .contains("'.gitattributes' has 1001 rules about export-ignore");
        room.add(".gitattributes", "#".repeat(300_000));
        room.git().commit("bytes");
        assertThat(room.archive("main", ArchiveFormat.ZIP, "").head().toString())
            .contains("'.gitattributes' has 300000 bytes");
    }

    /** What tries all places of the stars one after the other does not come to an end. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noPatternMakesAnArchiveLong() throws IOException {
        room.add("a".repeat(250), "long name\n");
        room.add(".gitattributes", "*a".repeat(40) + "b export-ignore\n");
        room.git().commit("stars");
        assertThat(listing(written(room.archive("main", ArchiveFormat.TAR_GZ, ""), "ours.tar.gz")))
            .contains("a".repeat(250));
    }

    @Test
    void oneCommitIsOneArchiveWhateverItIsCalled() {
        byte[] whole = room.archive("main", ArchiveFormat.ZIP, "").bytes();
        String id = room.git().run("rev-parse", "HEAD").strip();
        for (String name : List.of("HEAD", "refs/heads/main", id)) {
            assertThat(room.archive(name, ArchiveFormat.ZIP, "").bytes()).isEqualTo(whole);
        }
        assertThat(room.cache().counts().misses()).isEqualTo(1);
    }

    @Test
    void pathsAndLinksThatAreTooLongAreRefused() {
        String blob = room.git().feed("x".repeat(4097), "hash-object", "-w", "--stdin").strip();
        room.git().run("update-index", "--add", "--cacheinfo", "120000," + blob + ",far");
        room.git().run("commit", "--quiet", "-m", "link");
        assertThat(room.archive("main", ArchiveFormat.ZIP, "").head()).isEqualTo(new Head.TooLarge(
            "the target of a symbolic link has 4097 bytes, over the limit of 4096, which cannot be set"));
        room.git().run("rm", "--quiet", "--cached", "far");
        room.git().run("update-index", "--add", "--cacheinfo", "100644," + blob + "," + "d/".repeat(2048) + "f");
        room.git().run("commit", "--quiet", "-m", "deep");
        assertThat(room.archive("main", ArchiveFormat.ZIP, "").head().toString())
            .contains("a path has 4097 bytes, over the limit of 4096, which cannot be set");
    }

    @Test
    void whatIsAskedForIsBounded() {
        assertThatThrownBy(() -> new Wanted.Archive("main", ArchiveFormat.ZIP, "", IntStream.range(0, 101)
            .mapToObj(Integer::toString).toList())).hasMessage("101 paths in one archive, at most 100 are accepted");
        assertThatThrownBy(() -> new Wanted.Archive("main", ArchiveFormat.ZIP, "", List.of("x".repeat(4097))))
            .hasMessage("path has 4097 bytes, at most 4096 are accepted");
        assertThatThrownBy(() -> new Wanted.Archive("x".repeat(1025), ArchiveFormat.ZIP, "", List.of()))
            .hasMessage("revision has 1025 bytes, at most 1024 are accepted");
    }

    @Test
    void whatIsNotThereIsTold() {
        assertThat(room.archive("none", ArchiveFormat.ZIP, "").head())
            .isEqualTo(new Head.Missing("there is no branch, tag or commit 'none'"));
        assertThat(room.archive("main", ArchiveFormat.ZIP, "", "src", "gone").head().toString())
            .contains("there is no 'gone' in commit");
        String lost = room.git().commit("lost");
        room.git().run("reset", "--quiet", "--hard", "HEAD~1");
        assertThat(room.archive(lost, ArchiveFormat.ZIP, "").head().toString()).contains("no commit " + lost);
    }

    @Test
    void aPrefixStaysInside() {
        for (String prefix : List.of("/etc/", "../", "a/../b", "a\nb", "./", "a\\b", "p".repeat(256))) {
            assertThatThrownBy(() -> new Wanted.Archive("main", ArchiveFormat.ZIP, prefix, List.of())).as(prefix)
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("prefix");
        }
    }
}
