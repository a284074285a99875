package dev.trine.server.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Git;
import dev.trine.server.pkt.ProtocolErrorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.dfs.ReadableChannel;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndex;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.internal.storage.file.PackReverseIndexFactory;
import org.eclipse.jgit.lib.BitmapIndex.BitmapBuilder;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.BitmapWalker;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packs that are cut out of one that C Git has packed, as C Git sees them. It packs with one thread: several would find
 * other deltas each time.
 */
final class PackReuseTest {
    private static final RepoId REPOSITORY = new RepoId("0123456789abcdef0123456789abcdef");

    private final WholeEntries.Known known = new WholeEntries.Known();
    @TempDir
    private Path directory;
    private Git git;

    @BeforeEach
    void pack() throws IOException {
        SampleHistory.create(directory.resolve("sample"));
        git = new Git(directory.resolve("sample"));
        for (int i = 4; i <= 22; i += 6) {
            git.run("branch", "old" + i, "main~" + i);
            SampleHistory.addCommit(git, "old" + i, "on" + i);
        }
        git.run("-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f", "-b", "--window=50", "--depth=50");
    }

    /** What came of it. */
    private record Cut(Set<String> objects, String statistics, long bytes, boolean wasteful) {
    }

    /** Finds what is wanted. */
    @FunctionalInterface
    private interface Choice {
        WantedEntries of(PackBitmapIndex places, ObjectReader reader) throws IOException;
    }

    private Set<ObjectId> ids(String... revisions) {
        return Arrays.stream(revisions).map(revision -> ObjectId.fromString(git.run("rev-parse", revision).strip()))
            .collect(Collectors.toSet());
    }

    private Cut cut(boolean blobs, String... revisions) throws IOException {
        return cut((places, reader) -> {
            try (ObjectWalk walk = new ObjectWalk(reader)) {
                BitmapBuilder needed = new BitmapWalker(walk, reader.getBitmapIndex(), NullProgressMonitor.INSTANCE)
                    .findObjects(ids(revisions), null, false);
                return WantedEntries.of(places, needed, ids(revisions), blobs);
            }
        });
    }

    private Cut shallow(int depth, Filter filter, String... revisions) throws IOException {
        return cut((places, reader) -> {
            try (Deepening deepening = new Deepening(reader, ids(revisions), Set.of())) {
                Set<ObjectId> grafts = deepening.boundary(new Deepen.ToDepth(depth)).grafts();
                return WantedEntries.walked(places, reader,
                    new ObjectSelection(ids(revisions), Set.of(), grafts, filter), NullProgressMonitor.INSTANCE);
            } catch (ProtocolErrorException e) {
                throw new IOException(e);
            }
        });
    }

    private Cut cut(Choice choice) throws IOException {
        Path file = Files.createTempFile(directory, "cut", ".pack");
        String statistics;
        boolean wasteful;
        try (Repository opened = new FileRepositoryBuilder().setGitDir(git.directory().toFile()).build();
             ObjectReader reader = opened.newObjectReader(); OutputStream out = Files.newOutputStream(file)) {
            PackReuse.Source packed = packed();
            PackReuse reuse = PackReuse.of(packed, choice.of(packed.bitmaps(), reader));
            wasteful = reuse.isWasteful();
            try (WholeEntries wholes = new WholeEntries(reader, known, REPOSITORY)) {
                statistics = reuse.write(out, wholes);
            }
        }
        git.run("index-pack", file.toString());
        String listed = git.run("verify-pack", "-v", file.toString());
        Set<String> objects = listed.lines().filter(line -> line.matches("[0-9a-f]{40} .*"))
            .map(line -> line.substring(0, 40)).collect(Collectors.toCollection(TreeSet::new));
        return new Cut(objects, statistics, Files.size(file), wasteful);
    }

    private PackReuse.Source packed() throws IOException {
        Path pack = file(".pack");
        PackIndex index = PackIndex.open(file(".idx").toFile());
        PackBitmapIndex bitmaps = PackBitmapIndex.open(file(".bitmap").toFile(), index,
            PackReverseIndexFactory.computeFromIndex(index));
        PackOffsets offsets = new PackOffsets.Known().of("it", index);
        long end = Files.size(pack) - 20;
        return new PackReuse.Source() {
            @Override
            public PackBitmapIndex bitmaps() {
                return bitmaps;
            }

            @Override
            public PackOffsets offsets() {
                return offsets;
            }

            @Override
            public long end() {
                return end;
            }

            @Override
            public StoredEntries open() throws IOException {
                return new StoredEntries(new FileBytes(FileChannel.open(pack)));
            }
        };
    }

    private Path file(String end) throws IOException {
        try (Stream<Path> all = Files.list(git.directory().resolve("objects/pack"))) {
            return all.filter(path -> path.toString().endsWith(end)).findFirst().orElseThrow();
        }
    }

    private Set<String> reachable(String... arguments) {
        return git.run(Stream.concat(Stream.of("rev-list", "--objects", "--no-object-names"), Arrays.stream(arguments))
            .toArray(String[]::new)).lines().collect(Collectors.toCollection(TreeSet::new));
    }

    private static long reused(String statistics) {
        return Long.parseLong(statistics.replaceAll(".*reused (\\d+) .*", "$1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "side", "old4", "old10", "old16", "old22", "nested", "blob", "main~7"})
    void aBranchHasAllThatItReachesAndNothingElse(String revision) throws IOException {
        Cut cut = cut(true, revision);

        assertThat(cut.objects()).isEqualTo(reachable(revision));
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "old16", "old22"})
    void deltasByNameAreCopiedIfTheirBaseIsSent(String revision) throws IOException {
        git.run("-c", "pack.threads=1", "-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-a", "-d",
            "-f", "-b", "--window=50", "--depth=50");

        Cut cut = cut(true, revision);

        assertThat(cut.objects()).isEqualTo(reachable(revision));
        assertThat(cut.statistics()).doesNotContain("(delta 0)");
    }

    @ParameterizedTest
    @CsvSource({"1, main", "1, main~9", "1, v1", "3, main", "12, main~6", "12, old10", "40, main"})
    void aShallowCloneHasWhatCGitSends(int depth, String revision) throws IOException {
        Git clone = new Git(Files.createDirectory(directory.resolve("clone")));
        clone.run("init", "-q", "--bare", ".");
        clone.run("fetch", "-q", "--no-tags", "--depth=" + depth, git.directory().toUri().toString(),
            git.run("rev-parse", revision).strip());
        String[] all = {"rev-list", "--objects", "--no-object-names", "FETCH_HEAD"};
        String[] bare = {"rev-list", "--objects", "--no-object-names", "--filter=blob:none", "FETCH_HEAD"};

        assertThat(shallow(depth, new Filter.Everything(), revision).objects())
            .isEqualTo(clone.run(all).lines().collect(Collectors.toSet()));
        assertThat(shallow(depth, new Filter.NoBlobs(), revision).objects())
            .isEqualTo(clone.run(bare).lines().collect(Collectors.toSet()));
    }

    @Test
    void whatWasWrittenWholeOnceIsNotReadAgainForTheSameRepository() throws IOException {
        ObjectId object = ids("old22:README").iterator().next();
        byte[] first = whole(git, REPOSITORY, object);
        Git empty = new Git(Files.createDirectory(directory.resolve("empty")));
        empty.run("init", "-q", "--bare", ".");

        assertThat(whole(empty, REPOSITORY, object)).isEqualTo(first).isNotEmpty();
        assertThatThrownBy(() -> whole(empty, new RepoId("f".repeat(32)), object))
            .isInstanceOf(MissingObjectException.class);
    }

    private byte[] whole(Git from, RepoId repository, ObjectId object) throws IOException {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        try (Repository opened = new FileRepositoryBuilder().setGitDir(from.directory().toFile()).build();
             ObjectReader reader = opened.newObjectReader();
             WholeEntries wholes = new WholeEntries(reader, known, repository)) {
            wholes.write(object, entry);
        }
        return entry.toByteArray();
    }

    @Test
    void everythingIsCopiedAsItLiesThere() throws IOException {
        git.run("for-each-ref", "--format=delete %(refname)", "refs/changes").lines()
            .forEach(line -> git.feed(line + "\n", "update-ref", "--stdin"));
        String[] all = git.run("for-each-ref", "--format=%(objectname)").lines().toArray(String[]::new);
        Cut cut = cut(true, all);

        assertThat(cut.objects()).isEqualTo(reachable("--all"));
        assertThat(reused(cut.statistics())).isEqualTo(cut.objects().size());
        assertThat(cut.wasteful()).isFalse();
        assertThat(cut.bytes()).isLessThanOrEqualTo(Files.size(file(".pack")));
    }

    @Test
    void whatBuildsOnSomethingThatIsLeftOutIsWrittenWhole() throws IOException {
        Cut cut = cut(true, "old22");

        assertThat(reused(cut.statistics())).isPositive().isLessThan(cut.objects().size());
    }

    @Test
    void oldStatesOfOneObjectAreBetterSearchedForDeltasASingleOneIsNot() throws IOException {
        String[] states = new String[20];
        String text = new Random(1).ints(500, 0, 1000).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        for (int i = 0; i < states.length; i++) {
            text += "\nline " + i;
            states[i] = git.feed(text, "hash-object", "-w", "--stdin").strip();
            git.run("update-ref", "refs/states/" + i, states[i]);
        }
        git.run("-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f", "-b", "--window=50", "--depth=50");

        // object, type, size, size in the pack, offset, depth, base: those that build on the same one, without it
        List<String> siblings = git.run("verify-pack", "-v", file(".pack").toString()).lines()
            .map(line -> line.split(" +")).filter(delta -> delta.length == 7 && List.of(states).contains(delta[0]))
            .collect(Collectors.groupingBy(delta -> delta[6], Collectors.mapping(delta -> delta[0],
                Collectors.toList())))
            .values().stream().max(Comparator.comparingInt(List::size)).orElseThrow();
        assertThat(siblings).hasSizeGreaterThan(1);
        assertThat(cut(true, siblings.toArray(String[]::new)).wasteful()).isTrue();
        assertThat(cut(true, siblings.getFirst()).wasteful()).isFalse();

        byte[] noise = new byte[600_000];
        new Random(2).nextBytes(noise);
        siblings.add(git.feed(Base64.getEncoder().encodeToString(noise), "hash-object", "-w", "--stdin").strip());
        git.run("update-ref", "refs/states/noise", siblings.getLast());
        git.run("-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-b");
        assertThat(cut(true, siblings.toArray(String[]::new)).wasteful()).as("a few KB beside 600").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "old16", "side"})
    void blobsAreLeftOut(String revision) throws IOException {
        assertThat(cut(false, revision).objects()).isEqualTo(reachable("--filter=blob:none", revision));
    }

    @Test
    void aBlobThatIsAskedForIsSent() throws IOException {
        Set<String> expected = reachable("--filter=blob:none", "main");
        expected.add(git.run("rev-parse", "main:README").strip());

        assertThat(cut(false, "main", "main:README").objects()).isEqualTo(expected);
    }

    @Test
    void whatIsNotInThePackYetIsSentToo() throws IOException {
        SampleHistory.addCommit(git, "main", "newer");

        assertThat(cut(true, "main").objects()).isEqualTo(reachable("main"));
        assertThat(cut(false, "main").objects()).isEqualTo(reachable("--filter=blob:none", "main"));
    }

    @Test
    void aPackThatHasTooFewOfTheObjectsIsNotCut() throws IOException {
        for (int i = 0; i < 12; i++) {
            SampleHistory.addCommit(git, "main", "newer" + i);
        }
        Set<ObjectId> wants = Set.of(ObjectId.fromString(git.run("rev-parse", "main").strip()));
        try (Repository opened = new FileRepositoryBuilder().setGitDir(git.directory().toFile()).build();
             ObjectReader reader = opened.newObjectReader(); ObjectWalk walk = new ObjectWalk(reader)) {
            BitmapBuilder needed = new BitmapWalker(walk, reader.getBitmapIndex(), NullProgressMonitor.INSTANCE)
                .findObjects(wants, null, false);
            assertThat(WantedEntries.of(packed().bitmaps(), needed, wants, true).areMostlyInPack()).isFalse();
        }
    }

    @Test
    void largeEntriesAndLargeGapsArePassed() throws IOException {
        List<String> names = List.of("first", "second", "third");
        for (String name : names) {
            String noise = new Random(name.hashCode()).ints(60_000, 0, 1 << 30).mapToObj(Integer::toString)
                .collect(Collectors.joining());
            SampleHistory.addCommit(git, "side", noise.substring(0, 30));
            String blob = git.feed(noise, "hash-object", "-w", "--stdin").strip();
            String tree = git.feed(git.run("ls-tree", "side") + "100644 blob " + blob + "\t" + name + "\n", "mktree");
            String commit = git.run("commit-tree", "-p", "side", "-m", name, tree.strip()).strip();
            git.run("update-ref", "refs/heads/" + name, commit);
        }
        git.run("-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f", "-b");

        for (String name : names) {
            assertThat(cut(true, name).objects()).isEqualTo(reachable(name));
        }
    }

    /** A file. */
    private static final class FileBytes implements ReadableChannel {
        private final FileChannel file;

        FileBytes(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return file.read(into);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public void position(long position) throws IOException {
            file.position(position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int blockSize() {
            return 0;
        }

        @Override
        public void setReadAheadBytes(int bytes) {
            // the kernel does
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
