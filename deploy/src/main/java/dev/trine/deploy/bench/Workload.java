package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the suites share: how much to do, the history to push, repositories that were made from it, and clients. Used
 * by one thread, except for the clients.
 */
final class Workload {
    /** Commits between the tips of two branches: far enough that a clone of one is not a clone of the other. */
    private static final int BRANCH_STEP = 7;
    private static final int BEHIND_BRANCHES = 3;
    /** Turns of a fetch for each turn of a clone. */
    static final int FETCHES = 3;
    /** Turns of what a crowd does, at most. */
    static final int CROWDS = 2;

    private final Amounts amounts;
    private final Path source;
    private final Path work;
    private final Set<String> filled = new HashSet<>();
    private int branches;

    /**
     * Shares nothing yet.
     *
     * @param amounts how much
     * @param source  bare repository with the history, its newest commit under main
     * @param work    directory for clones
     */
    Workload(Amounts amounts, Path source, Path work) {
        this.amounts = amounts;
        this.source = source;
        this.work = work;
    }

    /**
     * How much of each thing is done.
     *
     * @param warmUps   rounds of everything before anything is measured
     * @param runs      turns of a row, where the row does not say otherwise
     * @param pushes    turns of pushes of one commit
     * @param bigPushes turns of a push of a large history
     * @param large     the large history
     * @param refs      numbers of refs to list
     * @param manyRefs  refs of the repository that is pushed to and cloned
     * @param parallel  numbers of equal clones at the same time
     * @param different number of different clones at the same time
     * @param writers   writers at the same time
     * @param each      pushes of each of them
     * @param routes    routes to ask for
     * @param growing   numbers of pushes, and of repositories, each step of their growth
     * @param growingRefs the same of refs
     * @param maintained small pushes to one repository before it is cloned
     */
    record Amounts(int warmUps, int runs, int pushes, int bigPushes, SyntheticHistory.Shape large,
                   List<Integer> refs, int manyRefs, List<Integer> parallel, int different,
                    int writers, int each, int routes, List<Integer> growing, List<Integer> growingRefs,
                   int maintained) {
        static final Amounts FULL =
            new Amounts(100, 7, 40, 2, new SyntheticHistory.Shape(20_000, 0, 0, 24 << 20, 2),
                List.of(1_000, 100_000, 1_000_000), 100_000, List.of(32, 200), 32, 16, 20, 8_000,
                List.of(10, 100, 1_000), List.of(1_000, 10_000, 100_000), 10_000);
        static final Amounts QUICK =
            new Amounts(1, 2, 3, 1, new SyntheticHistory.Shape(200, 0, 0, 1 << 20, 2), List.of(100, 1_000), 1_000,
                List.of(4, 8), 4, 4, 3, 100, List.of(10, 20), List.of(10, 100), 40);

        /** How many branches the suites ask for that nobody has asked for before. */
        int branches() {
            return 2 * runs + 2 * FETCHES * runs + CROWDS * (parallel.size() + different);
        }

        /** With another number of turns. */
        Amounts runs(int turns) {
            return new Amounts(warmUps, turns, Math.max(turns, pushes), Math.min(turns, bigPushes), large, refs,
                manyRefs, parallel, different, writers, each, routes, growing, growingRefs, maintained);
        }
    }

    Amounts amounts() {
        return amounts;
    }

    Path source() {
        return source;
    }

    /** A client that is let in by the host. */
    GitClient client(GitHost host) throws IOException {
        return new GitClient(work.resolve("home-" + host.name().replace(' ', '-')), host.environment());
    }

    /** A client that talks to nobody. */
    GitClient local() throws IOException {
        return new GitClient(work.resolve("home-local"), Map.of());
    }

    /** An empty directory for one clone. */
    Path fresh() throws IOException {
        return Files.createTempDirectory(work, "clone");
    }

    /** The commit that something names in the source. */
    String commit(String name) throws IOException, InterruptedException {
        return local().run(source, "rev-parse", "-q", "--verify", name + "^{commit}").orFail().strip();
    }

    /**
     * Commits of the main line that no branch names and no other suite asks for.
     *
     * @param count how many
     * @param which those of different numbers differ, as far as the history goes; less than four
     */
    List<String> commits(int count, int which) throws IOException, InterruptedException {
        List<String> all = local().run(source, "rev-list", "--first-parent", "refs/heads/main").orFail().lines()
            .toList();
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(all.get((i * BRANCH_STEP + BEHIND_BRANCHES + which) % all.size()));
        }
        return chosen;
    }

    /** Gives the source's main line so many branches, tip/0 and so on, newest first. */
    void branch(int count) throws IOException, InterruptedException {
        List<String> all = local().run(source, "rev-list", "--first-parent", "refs/heads/main").orFail().lines()
            .toList();
        local().feed(source, in -> {
            for (int i = 0; i < count; i++) {
                in.write(("create refs/heads/tip/" + i + " " + all.get(i * BRANCH_STEP % all.size()) + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            }
        }, "update-ref", "--stdin").orFail();
        local().run(source, "pack-refs", "--all").orFail();
    }

    /** Makes a bare repository with a history under main. */
    Path made(SyntheticHistory.Shape shape) throws IOException, InterruptedException {
        Path made = fresh();
        local().run(made, "init", "-q", "--bare", "-b", "main").orFail();
        local().run(made, "config", "core.compression", "1").orFail(); // most of a large one cannot be compressed
        local().feed(made, in -> SyntheticHistory.write(shape, in), "fast-import", "--quiet").orFail();
        return made;
    }

    /** The size of a repository's packs. */
    static long packBytes(Path repository) throws IOException {
        try (Stream<Path> packs = Files.list(repository.resolve("objects/pack"))) {
            long bytes = 0;
            for (Path pack : packs.filter(file -> file.toString().endsWith(".pack")).toList()) {
                bytes += Files.size(pack);
            }
            return bytes;
        }
    }

    /** The number of the first of so many branches of {@link #history} that nobody has asked for. */
    int unread(int count) {
        branches += count;
        return branches - count;
    }

    /** Pushes refspecs of the source with the stock client. */
    void push(GitHost host, String url, String... refspecs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("push", "-q", url));
        command.addAll(List.of(refspecs));
        client(host).run(source, command.toArray(String[]::new)).orFail();
    }

    /** The whole source on each host, to be read by all suites; its URLs. */
    List<String> history(Contest contest) throws IOException, InterruptedException {
        return filled(contest, "bench/history", "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*");
    }

    /** The source's main line on each host, to be written by all suites, each to branches of its own; its URLs. */
    List<String> written(Contest contest) throws IOException, InterruptedException {
        return filled(contest, "bench/written", "refs/heads/main:refs/heads/main");
    }

    private List<String> filled(Contest contest, String repository, String... refspecs)
        throws IOException, InterruptedException {
        List<String> urls = new ArrayList<>();
        for (GitHost host : contest.hosts()) {
            urls.add(once(host, repository, () -> push(host, host.fillUrl(repository), refspecs)));
        }
        for (GitHost host : contest.hosts()) {
            host.settle(repository);
        }
        return urls;
    }

    /** Fills a repository. */
    @FunctionalInterface
    interface Filling {
        void fill() throws IOException, InterruptedException;
    }

    /** Makes a repository unless it was made, over whatever transport, and returns its URL. */
    String once(GitHost host, String repository, Filling filling) throws IOException, InterruptedException {
        String url = host.create(repository);
        String place = host.store() + " " + repository;
        if (!filled.contains(place)) {
            filling.fill();
            filled.add(place);
        }
        return url;
    }
}
