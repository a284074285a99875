package dev.trine.server.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.server.hosting.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single files: which revision and path is meant, who may see it, and which bytes are sent. */
@Timeout(180)
final class RawFileTest {
    @TempDir
    private Path directory;
    private ContentRoom room;

    @BeforeEach
    void make() throws IOException {
        room = new ContentRoom(directory, ContentRoom.RAW, ArchiveSettings.DEFAULT);
        room.add("README", "hello\n");
        room.add("src/a file;ä.txt", "deep\n");
        room.git().commit("first");
    }

    @AfterEach
    void close() {
        room.close();
    }

    private static byte[] large() {
        byte[] bytes = new byte[2_000_000];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private Download part(String file, ByteRange range) {
        return room.ask(new Wanted.File(file), new Conditions(List.of(), Optional.of(range), Optional.empty(), false));
    }

    private static String why(Download download) {
        return ((Head.Missing) download.head()).why();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "main", "refs/heads/main"})
    void aFileIsServedByNameOfItsRevision(String revision) {
        Download download = room.file(revision + "/README");
        assertThat(download.bytes()).asString(UTF_8).isEqualTo("hello\n");
        assertThat(download.found().etag()).isEqualTo(room.git().run("rev-parse", "HEAD:README").strip());
        assertThat(download.found().commit().hex()).isEqualTo(room.git().run("rev-parse", "HEAD").strip());
        assertThat(download.found().size()).isEqualTo(OptionalLong.of(6));
        assertThat(download.found().text()).isTrue();
        assertThat(room.file(revision + "/src/a file;ä.txt").bytes()).asString(UTF_8).isEqualTo("deep\n");
    }

    @Test
    void theLongestRevisionCountsAndATagComesBeforeABranch() throws IOException {
        room.git().run("tag", "-a", "-m", "t", "v1");
        room.add("x/README", "by path\n");
        room.git().commit("second");
        room.git().run("tag", "rel");
        room.git().run("checkout", "--quiet", "-b", "rel/x");
        room.add("README", "by branch\n");
        room.git().commit("third");
        room.git().run("branch", "v1");
        assertThat(room.file("rel/x/README").bytes()).asString(UTF_8).isEqualTo("by branch\n");
        assertThat(room.file("refs/tags/rel/x/README").bytes()).asString(UTF_8).isEqualTo("by path\n");
        assertThat(room.file("v1/README").bytes()).asString(UTF_8).isEqualTo("hello\n");
        assertThat(room.file("refs/heads/v1/README").bytes()).asString(UTF_8).isEqualTo("by branch\n");
    }

    @Test
    void aCommitIsServedByItsIdOnlyIfARefReachesIt() throws IOException {
        String first = room.git().run("rev-parse", "HEAD").strip();
        String second = room.git().commit("second");
        room.git().run("tag", "-a", "-m", "t", "v1");
        room.git().run("reset", "--quiet", "--hard", first);
        assertThat(room.file(second + "/README").bytes()).asString(UTF_8).isEqualTo("hello\n");
        room.git().run("tag", "-d", "v1");
        assertThat(why(room.file(second + "/README"))).contains("no commit " + second + " that a branch, tag or other");
        assertThat(why(room.file("1".repeat(40) + "/README"))).contains("no commit 1111");
        assertThat(room.file(first + "/README").bytes()).asString(UTF_8).isEqualTo("hello\n");
        room.git().run("update-ref", "refs/changes/1", second);
        assertThat(room.file(second + "/README").bytes()).asString(UTF_8).isEqualTo("hello\n");
    }

    @Test
    void whatIsNoFileOfACommitIsToldApart() {
        room.git().run("update-index", "--add", "--cacheinfo", "160000," + "2".repeat(40) + ",mod");
        room.git().run("commit", "--quiet", "-m", "mod");
        String tree = room.git().run("rev-parse", "HEAD^{tree}").strip();
        room.git().run("tag", "tree", tree);
        String blob = room.git().run("rev-parse", "HEAD:README").strip();
        assertThat(why(room.file("main/none"))).startsWith("there is no file 'none' in commit");
        assertThat(why(room.file("main/src"))).startsWith("'src' is a directory in commit");
        assertThat(why(room.file("main/mod"))).startsWith("'mod' is a submodule in commit");
        assertThat(why(room.file("main/src//x"))).startsWith("there is no file 'src//x'");
        assertThat(why(room.file("nobranch/README"))).contains("no branch, tag or commit is named by the beginning");
        assertThat(why(room.file("main"))).contains("no branch, tag or commit");
        assertThat(why(room.file("tree/README"))).isEqualTo("'tree' leads to no commit");
        assertThat(why(room.file(blob + "/README"))).contains("there is no commit " + blob);
        assertThat(why(room.file(blob.substring(0, 8) + "/README"))).contains("no branch, tag or commit");
        assertThat(why(room.file("\u0131".repeat(40) + "/README"))).contains("no branch, tag or commit");
        assertThat(why(room.file("main~0/README"))).contains("no branch, tag or commit");
        assertThat(why(room.file("../main/README"))).contains("no branch, tag or commit");
    }

    @Test
    void aSymbolicLinkIsItsTargetAndAnEmptyFileIsEmpty() throws IOException {
        Files.createSymbolicLink(room.path("link"), Path.of("README"));
        room.git().run("add", "link");
        room.add("empty", "");
        room.git().commit("more");
        assertThat(room.file("main/link").bytes()).asString(UTF_8).isEqualTo("README");
        assertThat(room.file("main/empty").bytes()).isEmpty();
        assertThat(room.file("main/empty").found().size()).isEqualTo(OptionalLong.of(0));
        assertThat(part("main/empty", new ByteRange.Suffix(3)).head()).isInstanceOf(Head.NotSatisfiable.class);
    }

    @Test
    void aFileWithAZeroByteIsNoText() throws IOException {
        room.add("bin", new byte[] {'a', 0});
        room.git().commit("bin");
        assertThat(room.file("main/bin").found().text()).isFalse();
    }

    @Test
    void partsOfSmallAndLargeFilesAreSent() throws IOException {
        byte[] large = large();
        room.add("large", large);
        room.git().commit("large");
        assertThat(part("main/README", new ByteRange.Between(1, 3)).bytes()).asString(UTF_8).isEqualTo("ell");
        Download end = part("main/README", new ByteRange.Between(4, Long.MAX_VALUE));
        assertThat(end.bytes()).asString(UTF_8).isEqualTo("o\n");
        assertThat(end.found().part()).contains(new Span(4, 5));
        assertThat(part("main/README", new ByteRange.Suffix(2)).bytes()).asString(UTF_8).isEqualTo("o\n");
        assertThat(part("main/README", new ByteRange.Between(6, 9)).head())
            .isEqualTo(new Head.NotSatisfiable(room.git().run("rev-parse", "HEAD:README").strip(), 6));
        for (int again = 0; again < 2; again++) { // while it is made, and from the cache
            for (long[] span : new long[][] {{0, 0}, {65_514, 65_516}, {70_000, 199_999}, {1_999_999, 5_000_000}}) {
                assertThat(part("main/large", new ByteRange.Between(span[0], span[1])).bytes())
                    .isEqualTo(Arrays.copyOfRange(large, (int) span[0], (int) Math.min(span[1] + 1, large.length)));
            }
            assertThat(room.file("main/large").bytes()).isEqualTo(large);
            long made = room.cache().counts().misses();
            assertThat(room.file("main/large").bytes()).isEqualTo(large);
            assertThat(room.cache().counts().misses()).isEqualTo(made);
        }
    }

    @Test
    void aRangeCountsOnlyForTheTagThatTheClientNames() {
        String tag = room.file("main/README").found().etag();
        Optional<ByteRange> range = Optional.of(new ByteRange.Between(0, 0));
        assertThat(room.ask(new Wanted.File("main/README"), new Conditions(List.of(), range, Optional.of(tag), false))
            .bytes()).hasSize(1);
        assertThat(room.ask(new Wanted.File("main/README"), new Conditions(List.of(), range, Optional.of("-"), false))
            .bytes()).hasSize(6);
    }

    @Test
    void whatTheClientHasIsNotSentAndAHeadIsOnlyAHead() throws IOException {
        room.add("large", large());
        room.git().commit("large");
        for (String file : List.of("main/README", "main/large")) {
            String tag = room.file(file).found().etag();
            for (String has : List.of(tag, "*")) {
                Download same = room.ask(new Wanted.File(file),
                    new Conditions(List.of("x", has), Optional.empty(), Optional.empty(), false));
                assertThat(same.head()).isInstanceOfSatisfying(Head.NotModified.class,
                    head -> assertThat(head.etag()).isEqualTo(tag));
                assertThat(same.bytes()).isEmpty();
            }
            Download head = room.ask(new Wanted.File(file),
                new Conditions(List.of(), Optional.empty(), Optional.empty(), true));
            assertThat(head.found()).isEqualTo(room.file(file).found());
            assertThat(head.bytes()).isEmpty();
        }
    }

    @Test
    void aFileOverTheLimitIsRefusedWithTheSettingsName() throws IOException {
        room.add("huge", new byte[(4 << 20) + 1]);
        room.git().commit("huge");
        assertThat(room.file("main/huge").head()).isEqualTo(new Head.TooLarge("'huge' has 4194305 bytes, over the"
            + " limit of 4194304 (raw.size-max); clone the repository to get it"));
    }

    @Test
    void aRepositoryThatIsNotHereIsRefused() {
        room.hosting().refuse(ContentRoom.REPO, new Refusal.NotHere(ContentRoom.REPO));
        assertThat(room.serve(new Wanted.File("main/README"), Conditions.NONE, new Download()))
            .contains(new Refusal.NotHere(ContentRoom.REPO));
    }

    @Test
    void aFileThatIsADeltaIsServedWhole() throws IOException {
        byte[] large = large();
        room.add("large", large);
        room.git().commit("large");
        large[1_000_000]++;
        room.add("large", large);
        room.git().commit("delta");
        room.git().run("repack", "-adfq");
        assertThat(room.file("main/large").bytes()).isEqualTo(large);
        large[1_000_000]--;
        assertThat(room.file(room.git().run("rev-parse", "HEAD~1").strip() + "/large").bytes()).isEqualTo(large);
    }
}
