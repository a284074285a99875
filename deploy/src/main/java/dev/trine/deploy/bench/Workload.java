package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the scenarios share: how much to do, the history to push, and clients. Repository names are made unique here, so
 * scenarios do not disturb one another.
 *
 * @param amounts how much
 * @param source  bare repository with the history
 * @param work    directory for clones
 */
record Workload(Amounts amounts, Path source, Path work) {
    /**
     * How often each thing is done.
     *
     * @param clones      clones in a row
     * @param fetches     fetches of 20 new commits
     * @param smallPushes pushes of one commit
     * @param largePushes pushes of the whole history
     * @param refs        refs of the repository that ls-remote lists
     * @param listings    runs of ls-remote
     * @param parallel    clones at the same time
     * @param rounds      rounds of parallel clones
     */
    record Amounts(int clones, int fetches, int smallPushes, int largePushes, int refs, int listings, int parallel,
                   int rounds) {
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

    /** Pushes refspecs of the source and fails if that fails. */
    Duration push(GitHost host, String url, String... refspecs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("push", "-q", url));
        command.addAll(List.of(refspecs));
        GitClient.Run run = client(host).run(source, command.toArray(String[]::new));
        run.orFail();
        return run.took();
    }

    /** Makes a repository with the refs of a bare one, ready to be read, and returns its URL. */
    String filled(GitHost host, String repository, Path from, String... refspecs)
        throws IOException, InterruptedException {
        String url = host.create(repository);
        List<String> command = new ArrayList<>(List.of("push", "-q", host.fillUrl(repository)));
        command.addAll(List.of(refspecs));
        client(host).run(from, command.toArray(String[]::new)).orFail();
        host.settle(repository);
        return url;
    }

    /** Clones everything into a fresh directory, removes it, and tells how long the clone took. */
    Duration cloneOnce(GitHost host, String url) throws IOException, InterruptedException {
        Path into = fresh();
        GitClient.Run run = client(host).run(into, "clone", "-q", "--bare", url, "clone.git");
        run.orFail();
        Trees.delete(into);
        return run.took();
    }
}
