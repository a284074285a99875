package dev.trine.server.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ByteSize;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.hosting.Git;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.store.DataDirectory;
import dev.trine.server.store.ReceiptRule;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import dev.trine.server.store.StagedPush;
import dev.trine.server.store.StoredRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One state of a disk after a power failure, with what the node had said by then.
 *
 * @param name  for messages
 * @param files contents by path; directories end in '/'
 * @param said  what must be there
 */
record CrashState(String name, Map<String, byte[]> files, Claims.Said said) {
    private static final int TRAILER = 20;

    /**
     * Opens it as a node does at its start, and compares.
     *
     * @param data    the node's directory, as a path within the state
     * @param history every version that a repository had, with its refs
     * @param fsck    whether the stock git looks through every repository as well
     */
    void check(Path scratch, String data, Map<RepoId, History> history, boolean fsck) throws Exception {
        Path root = Files.createTempDirectory(scratch, "state");
        try {
            write(root);
            Path dir = root.resolve(data);
            try (DataDirectory disk = open(dir, "n1")) {
                check(disk, data, history, fsck);
            }
        } catch (AssertionError | Exception e) {
            throw new AssertionError("after a power failure " + name + ": " + e.getMessage(), e);
        } finally {
            remove(root);
        }
    }

    /** Opens a node's directory as the node itself does. */
    static DataDirectory open(Path dir, String node) throws StartException {
        return DataDirectory.open(
            new DataDirectory.Settings(dir, new ByteSize(0), new ByteSize(1 << 20), ReceiptRule.DEFAULT),
            new NodeId(node), Clock.systemUTC(), (fact, cause) -> {
                throw new AssertionError(fact, cause);
            });
    }

    private void check(DataDirectory disk, String data, Map<RepoId, History> history, boolean fsck) throws Exception {
        if (!said.incarnation().isEmpty()) {
            assertThat(disk.member().incarnation().value()).as("who the node is").isEqualTo(said.incarnation());
        }
        ReplicaStore store = disk.replicas();
        PackFiles packs = PackFiles.open(disk.objects(), store::lists);
        packs.sweep();
        for (RepoId repo : said.byRepo().keySet()) {
            check(store, repo, said.byRepo().get(repo));
        }
        for (RepoId repo : store.repositories()) {
            check(store, repo, data, history.getOrDefault(repo, new History()));
            if (fsck) {
                fsck(store, packs, repo, disk.objects().resolveSibling("fsck-" + repo));
            }
        }
    }

    private static void check(ReplicaStore store, RepoId repo, Claims.Claim claim) {
        StoredRepository stored = store.load(repo)
            .orElseThrow(() -> new AssertionError("the replica of " + repo + " is gone"));
        ReplicaState state = stored.replica().state();
        List<Logged> log = stored.replica().log();
        var last = log.isEmpty() ? state.base() : log.getLast().position();
        assertThat(state.promised()).as("promised, %s", repo).isGreaterThanOrEqualTo(claim.promised());
        assertThat(state.committed().version()).as("committed, %s", repo).isGreaterThanOrEqualTo(claim.committed());
        assertThat(last).as("last, %s", repo).isGreaterThanOrEqualTo(claim.last());
        if (!state.promised().isAfter(claim.matchedIn())) {
            assertThat(last.version()).as("acknowledged, %s", repo).isGreaterThanOrEqualTo(claim.matched());
        }
        if (claim.deleted()) {
            assertThat(state.role()).as("role, %s", repo).isEqualTo(Role.DELETED);
        }
    }

    /** Refs are those of the committed version, and every listed pack is whole. */
    private void check(ReplicaStore store, RepoId repo, String data, History history) throws Exception {
        try (ReplicaSnapshot snapshot = store.snapshot(repo).orElseThrow()) {
            Set<PackName> listed = new HashSet<>(snapshot.packs());
            store.staged(repo).stream().map(StagedPush::packs).forEach(listed::addAll);
            for (PackName pack : listed) {
                checkPack(data + "/objects/" + repo.value().substring(0, 2) + "/" + repo + "/pack-" + pack.hex());
            }
            if (snapshot.state().role() == Role.VOTER) {
                Map<String, String> refs = refs(snapshot);
                history.at(snapshot.state().committed().version())
                    .ifPresent(expected -> assertThat(refs).as("refs of %s", repo).isEqualTo(expected));
                for (Logged entry : store.load(repo).orElseThrow().replica().log()) {
                    if (entry.version() > snapshot.state().committed().version()
                        && entry.entry() instanceof LogEntry.Push push) {
                        assertThat(listed).as("packs of an entry of %s", repo).containsAll(push.packs());
                    }
                }
            }
        }
    }

    private static Map<String, String> refs(ReplicaSnapshot snapshot) {
        Map<String, String> refs = new TreeMap<>();
        snapshot.refs().scan("", (name, value) -> {
            if (value instanceof RefValue.Direct direct) {
                refs.put(name.value(), direct.id().hex());
            }
            return true;
        });
        return refs;
    }

    private void checkPack(String path) throws Exception {
        byte[] pack = files.get(path + ".pack");
        byte[] index = files.get(path + ".idx");
        assertThat(pack).as(path + ".pack").isNotNull();
        assertThat(index).as(path + ".idx").isNotNull();
        checkTrailer(path + ".pack", pack);
        checkTrailer(path + ".idx", index);
        String trailer = HexFormat.of().formatHex(pack, pack.length - TRAILER, pack.length);
        assertThat(path).endsWith(trailer);
        assertThat(HexFormat.of().formatHex(index, index.length - 2 * TRAILER, index.length - TRAILER))
            .as("index of " + path).isEqualTo(trailer);
    }

    private static void checkTrailer(String path, byte[] bytes) throws Exception {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        assertThat(bytes.length).as("length of " + path).isGreaterThan(2 * TRAILER);
        sha1.update(bytes, 0, bytes.length - TRAILER);
        assertThat(sha1.digest()).as("checksum of " + path)
            .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - TRAILER, bytes.length));
    }

    /** Has the stock git look through a repository, in a directory of its own. */
    static void fsck(ReplicaStore store, PackFiles packs, RepoId repo, Path dir) throws Exception {
        try (ReplicaSnapshot snapshot = store.snapshot(repo).orElseThrow()) {
            Path objects = Files.createDirectories(dir.resolve("objects/pack"));
            Files.createDirectories(dir.resolve("refs"));
            Files.writeString(dir.resolve("HEAD"), "ref: refs/heads/main\n");
            for (PackName pack : snapshot.packs()) {
                for (Path file : List.of(packs.pack(repo, pack), packs.index(repo, pack))) {
                    Files.createLink(objects.resolve(file.getFileName().toString()), file);
                }
            }
            StringBuilder refs = new StringBuilder();
            refs(snapshot).forEach((name, id) -> refs.append(id).append(' ').append(name).append('\n'));
            Files.writeString(dir.resolve("packed-refs"), refs);
            new Git(dir).run("--git-dir=.", "fsck", "--full", "--strict", "--no-dangling", "--no-progress");
        }
    }

    private void write(Path root) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().endsWith("/")) {
                Files.createDirectories(root.resolve(file.getKey()));
            } else if (!file.getKey().contains("/native/")) {
                Files.write(root.resolve(file.getKey()), file.getValue());
            }
        }
    }

    private static void remove(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** What refs a repository had from each version on. */
    static final class History {
        private final TreeMap<Long, Map<String, String>> refs = new TreeMap<>(Map.of(0L, Map.of()));

        void put(long version, Map<String, String> now) {
            refs.put(version, now);
        }

        Map<String, String> latest() {
            return refs.lastEntry().getValue();
        }

        Optional<Map<String, String>> at(long version) {
            return Optional.ofNullable(refs.floorEntry(version)).map(Map.Entry::getValue);
        }
    }
}
