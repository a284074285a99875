package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the suites share: how much to do, the history to push, and clients.
 *
 * @param amounts how much
 * @param source  bare repository with the history, its newest commit under main
 * @param work    directory for clones
 */
record Workload(Amounts amounts, Path source, Path work) {
    /**
     * How much of each thing is done.
     *
     * @param warmUps   rounds of everything before anything is measured
     * @param runs      turns of a row, where the row does not say otherwise
     * @param pushes    turns of pushes of one commit
     * @param bigPushes turns of a push of the whole history
     * @param refs      numbers of refs to list
     * @param manyRefs  refs of the repository that is pushed to and cloned
     * @param parallel  numbers of equal clones at the same time
     * @param different number of different clones at the same time
     * @param writers   writers at the same time
     * @param each      pushes of each of them
     * @param routes    routes to ask for
     * @param maintained small pushes to one repository before it is cloned
     */
    record Amounts(int warmUps, int runs, int pushes, int bigPushes, List<Integer> refs, int manyRefs,
                   List<Integer> parallel, int different, int writers, int each, int routes, int maintained) {
        static final Amounts FULL =
            new Amounts(100, 7, 60, 3, List.of(1_000, 100_000, 1_000_000), 100_000, List.of(32, 200), 32, 16, 20,
                8_000, 10_000);
        static final Amounts QUICK =
            new Amounts(1, 2, 3, 1, List.of(100, 1_000), 1_000, List.of(4, 8), 4, 4, 3, 100, 40);

        /** With another number of turns. */
        Amounts runs(int turns) {
            return new Amounts(warmUps, turns, Math.max(turns, pushes), Math.min(turns, bigPushes), refs, manyRefs,
                parallel, different, writers, each, routes, maintained);
        }
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

    /** So many commits of the main line, newest first, each so many after the next. */
    List<String> line(int count, int step) throws IOException, InterruptedException {
        List<String> all = local().run(source, "rev-list", "--first-parent", "refs/heads/main").orFail().lines()
            .toList();
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(all.get(i * step % all.size()));
        }
        return chosen;
    }

    /** Pushes refspecs of the source with the stock client. */
    void push(GitHost host, String url, String... refspecs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("push", "-q", url));
        command.addAll(List.of(refspecs));
        client(host).run(source, command.toArray(String[]::new)).orFail();
    }

    /** Pushes refspecs of the source to a local cluster, over HTTP. */
    void push(ClientFile cluster, String repository, String... refspecs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("-c", "http.extraHeader=Authorization: Bearer "
            + cluster.token(), "push", "-q", cluster.http().toString().replaceAll("/$", "") + "/" + repository));
        command.addAll(List.of(refspecs));
        local().run(source, command.toArray(String[]::new)).orFail();
    }

    /** Makes a repository with refs of the source on each host, ready to be read, and returns its URLs. */
    List<String> filled(Contest contest, String repository, String... refspecs)
        throws IOException, InterruptedException {
        List<String> urls = new ArrayList<>();
        for (GitHost host : contest.hosts()) {
            urls.add(host.create(repository));
            push(host, host.fillUrl(repository), refspecs);
            host.settle(repository);
        }
        return urls;
    }
}
