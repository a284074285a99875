package dev.trine.deploy.measure;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.Trees;
import dev.trine.server.replication.RefTable;
import dev.trine.server.repo.GitObjects;
import dev.trine.server.repo.JGitRuntime;
import dev.trine.server.repo.JGitSettings;
import dev.trine.server.repo.ObjectView;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackLimits;
import dev.trine.server.repo.PackReceiver;
import dev.trine.server.repo.ReceivedPack;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * How fast a pack that is received is checked, indexed and synced, without a network and without replicas, against C
 * Git's {@code index-pack} with four threads on the same disk. By turns; the first turn of both is not counted.
 *
 * @param source a bare repository, all of which is the pack
 * @param times  turns that count
 */
record Indexing(Path source, int times) implements Measurement {
    private static final RepoId REPO = new RepoId("0".repeat(32));
    private static final String THREADS = "4";

    @Override
    public Map<String, Object> take(Path work, Consumer<String> progress) throws Exception {
        GitClient git = new GitClient(work.resolve("home"), Map.of());
        Path pack = packed(git, work);
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        try (JGitRuntime jgit = JGitRuntime.start(JGitSettings.forThisMachine())) {
            for (int i = 0; i <= times; i++) {
                double own = received(jgit, pack, work.resolve("objects-" + i)).toMillis();
                double other = indexed(git, pack, work.resolve("bare-" + i)).toMillis();
                if (i > 0) {
                    ours.add(own);
                    theirs.add(other);
                }
            }
        }
        double own = median(ours);
        double other = median(theirs);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bytes of the pack", Files.size(pack));
        figures.put("receiver, median in ms", own);
        figures.put("git index-pack --threads=" + THREADS + ", median in ms", other);
        figures.put("ratio, aim 0.65", own / other);
        return figures;
    }

    private Path packed(GitClient git, Path work) throws IOException, InterruptedException {
        String made = git.run(source.toAbsolutePath(), "pack-objects", "-q", "--all", "--delta-base-offset",
            work.resolve("whole").toString()).orFail().strip();
        return work.resolve("whole-" + made + ".pack");
    }

    private static Duration received(JGitRuntime jgit, Path pack, Path objects) throws IOException {
        PackFiles files = PackFiles.open(Files.createDirectory(objects), (repo, name) -> false);
        PackReceiver receiver = new PackReceiver(files, jgit, PackLimits.DEFAULT);
        long began = System.nanoTime();
        try (ObjectView empty = new GitObjects(files, jgit).open(REPO, new NoRefs(), List.<PackName>of(), List.of());
             InputStream in = new BufferedInputStream(Files.newInputStream(pack))) {
            switch (receiver.receive(in, empty)) {
                case ReceivedPack.Indexed indexed -> {
                    indexed.sync().await();
                    indexed.pin().close();
                }
                case ReceivedPack.Empty nothing -> throw new IOException(pack + " is empty");
                case ReceivedPack.Unusable unusable -> throw new IOException(pack + ": " + unusable.why());
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        Trees.delete(objects);
        return took;
    }

    private static Duration indexed(GitClient git, Path pack, Path bare) throws IOException, InterruptedException {
        git.run(Files.createDirectory(bare), "init", "-q", "--bare").orFail();
        GitClient.Run run = git.feed(bare, in -> Files.copy(pack, in), "-c", "core.fsync=committed", "index-pack",
            "--threads=" + THREADS, "--stdin");
        run.orFail();
        Trees.delete(bare);
        return run.took();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /** A repository that has nothing yet. */
    private static final class NoRefs implements RefTable {
        @Override
        public Optional<RefValue> get(RefName name) {
            return Optional.empty();
        }

        @Override
        public void scan(String prefix, BiPredicate<RefName, RefValue> visitor) {
            // there is none to visit
        }
    }
}
