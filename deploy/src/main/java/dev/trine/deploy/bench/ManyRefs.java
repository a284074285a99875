package dev.trine.deploy.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A repository with very many branches, a thousand in each directory, on a few hundred commits.
 *
 * @param count how many refs, all together
 */
record ManyRefs(int count) {
    private static final int IN_DIRECTORY = 1_000;
    private static final int COMMITS = 500;
    private static final SyntheticHistory.Shape HISTORY = new SyntheticHistory.Shape(COMMITS, 0, 0, 0, 7);

    /** The refs of one directory; another one for each number, counted round. */
    String prefix(int number) {
        return "refs/heads/many/" + directory(number * IN_DIRECTORY % count) + "/";
    }

    /** Makes it on each host, unless it is there, and returns its URLs. */
    List<String> on(Contest contest) throws IOException, InterruptedException {
        String repository = "bench/refs" + count;
        Workload load = contest.load();
        Path source = make(load);
        List<String> urls = new ArrayList<>();
        for (GitHost host : contest.hosts()) {
            urls.add(load.once(host, repository, () -> {
                load.client(host).run(source, "push", "-q", host.fillUrl(repository),
                    "refs/heads/main:refs/heads/main").orFail();
                host.takeRefs(repository, source.resolve("packed-refs"));
            }));
        }
        for (GitHost host : contest.hosts()) {
            host.settle(repository);
        }
        Trees.delete(source);
        return urls;
    }

    /** The commits that its refs are at, newest first, whatever their number. */
    List<String> commits(Workload load) throws IOException, InterruptedException {
        Path source = load.made(HISTORY);
        List<String> commits = load.local().run(source, "rev-list", "refs/heads/main").orFail().lines().toList();
        Trees.delete(source);
        return commits;
    }

    private Path make(Workload load) throws IOException, InterruptedException {
        Path source = load.made(HISTORY);
        GitClient git = load.local();
        List<String> commits = git.run(source, "rev-list", "refs/heads/main").orFail().lines().toList();
        git.run(source, "pack-refs", "--all").orFail();
        List<String> lines = new ArrayList<>(Files.readAllLines(source.resolve("packed-refs")));
        List<String> refs = new ArrayList<>(lines.subList(1, lines.size()));
        for (int i = 0; refs.size() < count; i++) {
            refs.add(commits.get(i % commits.size()) + " refs/heads/many/" + directory(i) + "/ref" + i);
        }
        refs.sort((a, b) -> a.substring(a.indexOf(' ')).compareTo(b.substring(b.indexOf(' '))));
        try (BufferedWriter out = Files.newBufferedWriter(source.resolve("packed-refs"), StandardCharsets.UTF_8)) {
            out.write(lines.getFirst() + "\n");
            for (String ref : refs) {
                out.write(ref + "\n");
            }
        }
        return source;
    }

    private static String directory(int ref) {
        return String.format(Locale.ROOT, "%04d", ref / IN_DIRECTORY);
    }
}
