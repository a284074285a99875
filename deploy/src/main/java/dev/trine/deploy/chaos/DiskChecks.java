package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.AtOnce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** What lies on each git server's disk once everything has stopped, read by the stock git alone. */
final class DiskChecks {
    private static final Duration RUN_MAX = Duration.ofMinutes(2);

    private final LabDirectory directory;
    private final List<String> nodes;

    DiskChecks(LabDirectory directory, List<String> nodes) {
        this.directory = directory;
        this.nodes = nodes;
    }

    /**
     * A repository to look for.
     *
     * @param id      its id
     * @param nodes   where its replicas are
     * @param refs    all its refs
     * @param commits those that were acknowledged on branches that only grow
     */
    record Expected(String path, String id, Set<String> nodes, Map<String, String> refs, Set<String> commits) {
    }

    /** What one copy looks like, each fault a sentence. */
    private record Found(List<String> broken, List<String> lost) {
    }

    List<CheckResult> run(List<Expected> repositories) throws IOException, InterruptedException {
        List<Callable<Found>> looks = new ArrayList<>();
        long acknowledged = 0;
        for (Expected repository : repositories) {
            for (String node : repository.nodes()) {
                looks.add(() -> examine(repository, node));
                acknowledged += repository.commits().size();
            }
        }
        List<Found> found = AtOnce.few(looks);
        return List.of(new CheckResult("git fsck --full finds every repository whole on each node's disk",
            looks.size() + " copies on " + nodes.size() + " nodes",
            found.stream().flatMap(copy -> copy.broken().stream()).toList()),
            new CheckResult("Every acknowledged commit of a growing branch is in its history on each node's disk",
                acknowledged + " commits looked up", found.stream().flatMap(copy -> copy.lost().stream()).toList()),
            leftovers());
    }

    private Found examine(Expected repository, String node) throws IOException, InterruptedException {
        String where = repository.path() + " on " + node;
        if (!Files.isDirectory(objects(node, repository.id()))) {
            return new Found(List.of(where + ": it has no directory there"), List.of());
        }
        Path copy = directory.checks().resolve(node).resolve(repository.path() + ".git");
        Files.createDirectories(copy.getParent());
        BoundedGit git = new BoundedGit(copy.resolveSibling(copy.getFileName() + ".home"), Map.of(), RUN_MAX);
        git.run(directory.root(), List.of("init", "-q", "--bare", copy.toString())).orFail();
        try (Stream<Path> packs = Files.list(objects(node, repository.id()))) {
            for (Path file : packs.filter(DiskChecks::isStandard).toList()) {
                Files.createSymbolicLink(copy.resolve("objects/pack").resolve(file.getFileName()), file);
            }
        }
        StringBuilder packed = new StringBuilder();
        new TreeMap<>(repository.refs()).forEach((ref, id) -> packed.append(id).append(' ').append(ref).append('\n'));
        Files.writeString(copy.resolve("packed-refs"), packed);
        BoundedGit.Run fsck = git.run(copy, List.of("fsck", "--full", "--no-dangling"));
        List<String> broken = fsck.status() == 0 ? List.of()
            : List.of(where + ": " + PushReport.shortened(fsck.out() + fsck.err()));
        BoundedGit.Run history = git.run(copy, List.of("rev-list", "--glob=refs/heads/log/*"));
        Set<String> reachable = Set.copyOf(history.out().lines().toList());
        return new Found(broken, repository.commits().stream().filter(commit -> !reachable.contains(commit))
            .map(commit -> where + ": commit " + commit + " was acknowledged and is in no log branch").toList());
    }

    private static boolean isStandard(Path file) {
        return file.toString().endsWith(".pack") || file.toString().endsWith(".idx");
    }

    private Path objects(String node, String id) {
        return directory.data(node).resolve("objects").resolve(id.substring(0, 2)).resolve(id);
    }

    /** Files that are begun and never finished. */
    private CheckResult leftovers() throws IOException {
        List<String> leftovers = new ArrayList<>();
        long files = 0;
        for (String node : nodes) {
            try (Stream<Path> all = Files.walk(directory.data(node).resolve("objects"))) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    files++;
                    if (file.getFileName().toString().startsWith("tmp_")) {
                        leftovers.add(node + " left " + file.getFileName() + " in " + file.getParent().getFileName());
                    }
                }
            }
        }
        return new CheckResult("No quarantine is left on any disk", files + " files", leftovers);
    }
}
