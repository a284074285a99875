package dev.trine.deploy.measure;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.deploy.bench.CommitPack;
import dev.trine.deploy.bench.GitClient;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.store.DataDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Repositories on the disks of nodes that do not run, each with one branch and one pack, as a node's own store writes
 * them: pushing so many through the front doors would take hours, and show nothing more.
 *
 * @param count how many
 */
record ManyReplicas(int count) {
    private static final int WRITERS = 16;
    private static final RefName MAIN = new RefName("refs/heads/main");

    /** The one small pack that each of them has, with its index. */
    private record SmallPack(String commit, PackName name, byte[] pack, byte[] index) {
        static SmallPack make(Path work) throws IOException, InterruptedException {
            Path repository = Files.createDirectory(work.resolve("small.git"));
            GitClient git = new GitClient(work.resolve("home-small"), Map.of());
            git.run(repository, "init", "-q", "--bare", ".").orFail();
            CommitPack commit = CommitPack.of(Optional.empty(), "a repository that nobody uses");
            git.feed(repository, in -> in.write(commit.bytes()), "index-pack", "--stdin").orFail();
            try (Stream<Path> files = Files.list(repository.resolve("objects/pack"))) {
                Path pack = files.filter(file -> file.toString().endsWith(".pack")).findFirst().orElseThrow();
                String name = pack.getFileName().toString().replaceAll("^pack-|\\.pack$", "");
                return new SmallPack(commit.commit(), new PackName(name), Files.readAllBytes(pack),
                    Files.readAllBytes(pack.resolveSibling("pack-" + name + ".idx")));
            }
        }
    }

    /**
     * Writes them.
     *
     * @param disks data directories of the three nodes, by name; each was used by its node before
     * @param work  for scratch files
     */
    void writeTo(Map<String, Path> disks, Path work) throws Exception {
        SmallPack pack = SmallPack.make(work);
        List<DataDirectory> nodes = new ArrayList<>();
        try {
            for (Map.Entry<String, Path> disk : disks.entrySet()) {
                nodes.add(DataDirectory.open(new DataDirectory.Settings(disk.getValue(), new ByteSize(1),
                    new ByteSize(128 << 20)), new NodeId(disk.getKey()), Clock.systemUTC(),
                    (fact, cause) -> { })); // the write that failed throws, too
            }
            List<Member> members = nodes.stream().map(DataDirectory::member).toList();
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (DataDirectory node : nodes) {
                for (int writer = 0; writer < WRITERS; writer++) {
                    int first = writer;
                    tasks.add(() -> write(node, members, pack, first));
                }
            }
            try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
                for (Future<Integer> written : threads.invokeAll(tasks)) {
                    written.get();
                }
            }
        } finally {
            for (DataDirectory node : nodes) {
                node.close();
            }
        }
    }

    private int write(DataDirectory node, List<Member> members, SmallPack pack, int first) throws IOException {
        ReplicaState state = ReplicaState.created(members);
        Map<RefName, RefValue> refs = Map.of(RefName.HEAD, new RefValue.Symbolic(MAIN),
            MAIN, new RefValue.Direct(new ObjectName(pack.commit())));
        int written = 0;
        for (int i = first; i < count; i += WRITERS) {
            RepoId repo = id(i);
            Path directory = Files.createDirectories(node.objects().resolve(repo.value().substring(0, 2))
                .resolve(repo.value()));
            Files.write(directory.resolve("pack-" + pack.name().hex() + ".pack"), pack.pack());
            Files.write(directory.resolve("pack-" + pack.name().hex() + ".idx"), pack.index());
            node.replicas().create(repo, state, refs);
            node.replicas().replacePacks(repo, List.of(pack.name()), List.of());
            written++;
        }
        return written;
    }

    private static RepoId id(int number) {
        return new RepoId(UUID.nameUUIDFromBytes(("repository " + number).getBytes(StandardCharsets.UTF_8)).toString()
            .replace("-", ""));
    }
}
