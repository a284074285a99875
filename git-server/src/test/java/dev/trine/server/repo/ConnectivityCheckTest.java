package dev.trine.server.repo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectivityCheckTest {
    private static final Connectivity COMPLETE = new Connectivity.Complete();

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

    private static Connectivity missing(ObjectName tip, ObjectName missing) {
        return new Connectivity.Incomplete(Map.of(tip, missing));
    }

    /** A little history, with a tag, in the repository; returns its newest commit. */
    private ObjectName pushHistory() {
        work.write("src/a.txt", "one").write("src/b.txt", "two").commit("first");
        work.write("src/a.txt", "one, changed").commit("second");
        work.write("doc/c.txt", "three").commit("third");
        storage.push(work, "refs/heads/main", "main");
        return work.name("main");
    }

    @Test
    void aFirstPushOfAllIsComplete() {
        ObjectName tip = work.write("src/a.txt", "one").commit("first");
        assertThat(storage.check(work.pack(List.of("main"), List.of()), Set.of(tip))).isEqualTo(COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"main:src/a.txt", "main:src", "main^{tree}", "main~1", "main~1:src/a.txt", "main~2:src",
        "main~2^{tree}", "main~2"})
    void anObjectThatWasNotSentIsNamed(String left) {
        work.write("src/a.txt", "one").commit("first");
        work.write("src/a.txt", "two").commit("second");
        ObjectName tip = work.write("src/a.txt", "three").commit("third");
        work.run("tag", "-a", "-m", "tagged", "v1");
        ObjectName missing = work.name(left);
        List<String> sent = new ArrayList<>(work.objects("v1"));
        assertThat(sent.remove(missing.hex())).isTrue();
        byte[] pack = work.packOf(sent);
        assertThat(storage.check(pack, Set.of(tip))).isEqualTo(missing(tip, missing));
        assertThat(storage.check(pack, Set.of(work.name("v1")))).isEqualTo(missing(work.name("v1"), missing));
    }

    @Test
    void aTagWhoseTargetWasNotSentIsIncomplete() {
        ObjectName commit = work.write("a", "one").commit("first");
        work.run("tag", "-a", "-m", "tagged", "v1");
        ObjectName tag = work.name("v1");
        assertThat(storage.check(work.packOf(List.of(tag.hex())), Set.of(tag))).isEqualTo(missing(tag, commit));
    }

    @Test
    void aTipThatWasNotSentIsMissingItself() {
        pushHistory();
        ObjectName tip = work.write("new", "new").commit("not sent");
        assertThat(storage.check(Set.of(tip))).isEqualTo(missing(tip, tip));
    }

    @Test
    void onlyTheTipThatReachesTheMissingObjectIsBlamed() {
        ObjectName sound = work.write("a", "one").commit("sound");
        ObjectName broken = work.write("b", "two").commit("broken");
        ObjectName missing = work.name("main:b");
        List<String> sent = new ArrayList<>(work.objects("main"));
        sent.remove(missing.hex());
        assertThat(storage.check(work.packOf(sent), Set.of(sound, broken))).isEqualTo(missing(broken, missing));
    }

    @Test
    void aPushOfNewCommitsLeansOnWhatIsCommitted() {
        pushHistory();
        ObjectName tip = work.write("src/b.txt", "two, changed").commit("fourth");
        byte[] thin = work.pack(List.of("main"), List.of("main~1"));
        assertThat(storage.check(thin, Set.of(tip))).isEqualTo(COMPLETE);
    }

    @Test
    void aPushOnTopOfAnUncommittedOneIsComplete() {
        pushHistory();
        work.write("x", "x").commit("in the log");
        ReceivedPack.Indexed first = (ReceivedPack.Indexed) storage.receive(work.pack(List.of("main"),
            List.of("main~1")));
        ObjectName tip = work.write("y", "y").commit("on top");
        ReceivedPack.Indexed second = (ReceivedPack.Indexed) storage.receive(work.packOf(
            work.objects("main", "^main~1")));
        assertThat(storage.check(Set.of(tip), second.stored().name())).isInstanceOf(Connectivity.Incomplete.class);
        assertThat(storage.check(Set.of(tip), first.stored().name(), second.stored().name())).isEqualTo(COMPLETE);
        first.pin().close();
        second.pin().close();
    }

    @Test
    void aPackThatIsCompleteInItselfIsNotWalked() {
        work.write("src/a.txt", "one").commit("first");
        ReceivedPack.Indexed whole = (ReceivedPack.Indexed) storage.receive(work.pack(List.of("main"), List.of()));
        assertThat(whole.selfContained()).isTrue();
        ObjectName tip = work.write("src/b.txt", "two").commit("on top");
        ReceivedPack.Indexed onTop = (ReceivedPack.Indexed) storage.receive(work.packOf(
            work.objects("main", "^main~1")));
        assertThat(onTop.selfContained()).isFalse();
        PackName[] both = {whole.stored().name(), onTop.stored().name()};
        assertThat(storage.check(Set.of(work.name("main~1"), work.name("main~1:src/a.txt"), tip), both))
            .isEqualTo(COMPLETE);
        whole.pin().close();
        onTop.pin().close();
    }

    @Test
    void aRevertBringsBackObjectsOfAnOlderCommit() {
        ObjectName before = pushHistory();
        work.write("src/a.txt", "changed again").commit("change");
        work.run("revert", "--no-edit", "HEAD");
        byte[] pack = work.pack(List.of("main"), List.of(before.hex()));
        assertThat(storage.check(pack, Set.of(work.name("main")))).isEqualTo(COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anObjectThatOnlyOldHistoryReachesCounts(boolean bitmap) {
        work.write("gone", "old content").commit("old");
        ObjectName old = work.name("main:gone");
        work.run("rm", "-q", "gone");
        work.write("kept", "kept").commit("removed");
        storage.push(work, "refs/heads/main", "main");
        if (bitmap) {
            storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        }
        String tree = work.feed("100644 blob " + old.hex() + "\tback\n", "mktree");
        ObjectName tip = new ObjectName(work.run("commit-tree", "-m", "back", "-p", "main", tree));
        byte[] pack = work.packOf(List.of(tip.hex(), tree));
        assertThat(storage.check(pack, Set.of(tip))).isEqualTo(COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anObjectThatMerelyLiesAroundCountsAsMissing(boolean bitmap) {
        pushHistory();
        work.run("checkout", "-q", "-b", "side");
        work.write("secret", "side content").commit("side");
        storage.push(work, "refs/heads/side", "side");
        storage.delete("refs/heads/side");
        if (bitmap) {
            storage.compact(Compaction.Extent.FULL, Set.of(), Instant.EPOCH);
        }
        ObjectName blob = work.name("side:secret");
        try (ObjectView view = storage.view()) {
            assertThat(has(view, blob)).isTrue();
        }
        String tree = work.feed("100644 blob " + blob.hex() + "\tstolen\n", "mktree");
        ObjectName tip = new ObjectName(work.run("commit-tree", "-m", "leans", "-p", "main", tree));
        assertThat(storage.check(work.packOf(List.of(tip.hex(), tree)), Set.of(tip))).isEqualTo(missing(tip, blob));
        ObjectName side = work.name("side");
        assertThat(storage.check(Set.of(side))).isEqualTo(missing(side, side));
        ObjectName child = new ObjectName(work.run("commit-tree", "-m", "child", "-p", "side", "main^{tree}"));
        assertThat(storage.check(work.packOf(List.of(child.hex())), Set.of(child))).isEqualTo(missing(child, side));
    }

    private static boolean has(ObjectView view, ObjectName object) {
        try {
            return view.has(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRefMayPointAnywhereIntoCommittedHistory(boolean bitmap) {
        pushHistory();
        if (bitmap) {
            storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        }
        for (String inside : List.of("main~2", "main~1:src", "main~2:src/a.txt", "main")) {
            assertThat(storage.check(Set.of(work.name(inside)))).describedAs(inside).isEqualTo(COMPLETE);
        }
    }

    @Test
    void aSubmodulesCommitIsNotLookedFor() {
        String tree = work.feed("160000 commit " + "1".repeat(40) + "\tmodule\n", "mktree", "--missing");
        ObjectName tip = new ObjectName(work.run("commit-tree", "-m", "with module", tree));
        assertThat(storage.check(work.packOf(List.of(tip.hex(), tree)), Set.of(tip))).isEqualTo(COMPLETE);
    }

    @Test
    void aShallowClonePushesOnWhatTheServerHas() {
        pushHistory();
        GitWork shallow = new GitWork(directory.resolve("shallow"));
        work.run("clone", "-q", "--depth=1", "file://" + work.directory(), shallow.directory().toString());
        ObjectName tip = shallow.write("new", "new").commit("on top of a shallow commit");
        byte[] pack = shallow.pack(List.of("HEAD"), List.of("HEAD~1"));
        assertThat(storage.check(pack, Set.of(tip))).isEqualTo(COMPLETE);
    }

    @Test
    void aShallowHistoryAloneIsIncomplete() {
        work.write("a", "one").commit("first");
        ObjectName parent = work.name("main");
        work.write("a", "two").commit("second");
        GitWork shallow = new GitWork(directory.resolve("shallow"));
        work.run("clone", "-q", "--depth=1", "file://" + work.directory(), shallow.directory().toString());
        byte[] pack = shallow.pack(List.of("HEAD"), List.of());
        ObjectName tip = work.name("main");
        assertThat(storage.check(pack, Set.of(tip))).isEqualTo(missing(tip, parent));
    }

    @Test
    void anObjectOfAnotherTypeThanItIsSaidToBeIsMissing() {
        pushHistory();
        ObjectName blob = work.name("main:src/a.txt");
        String tree = work.feed("100644 blob " + blob.hex() + "\ta\n", "mktree");
        ObjectName good = new ObjectName(work.run("commit-tree", "-m", "good", "-p", "main", tree));
        String lie = new String(work.feed(new byte[0], "cat-file", "commit", good.hex()), ISO_8859_1)
            .replace("tree " + tree, "tree " + blob.hex());
        ObjectName bad = new ObjectName(work.feed(lie, "hash-object", "-t", "commit", "-w", "--stdin", "--literally"));
        assertThat(storage.check(work.packOf(List.of(bad.hex())), Set.of(bad))).isEqualTo(missing(bad, blob));
    }

    @Test
    void aLongHistoryAndADeepTreeNeedNoStack() throws InterruptedException {
        int commits = 100_000;
        String deepFile = "M 100644 inline " + "d/".repeat(1500) + "f\ndata 1\nx\n";
        StringBuilder stream = new StringBuilder(commits * 90);
        for (int i = 1; i <= commits; i++) {
            stream.append("commit refs/heads/long\ncommitter A <a@example.org> ").append(1_600_000_000 + i)
                .append(" +0000\ndata 1\nx\n").append(i == 1 ? deepFile : "");
        }
        work.feed(stream.toString(), "fast-import", "--quiet");
        ObjectName tip = work.name("long");
        byte[] pack = work.pack(List.of("long"), List.of());
        List<String> sent = new ArrayList<>(work.objects("long"));
        ObjectName root = new ObjectName(work.run("rev-list", "--max-parents=0", "long"));
        sent.remove(root.hex());
        byte[] broken = work.packOf(sent);
        Map<String, Connectivity> found = new HashMap<>();
        Thread thread = new Thread(null, () -> {
            found.put("whole", storage.check(pack, Set.of(tip)));
            found.put("broken", storage.check(broken, Set.of(tip)));
        }, "little stack", 256 << 10);
        thread.start();
        thread.join();
        assertThat(found).isEqualTo(Map.of("whole", COMPLETE, "broken", missing(tip, root)));
    }
}
