package dev.trine.deploy.bench;

import dev.trine.common.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Work that is done before anything is measured: a server that has run for a day has its programs compiled and its
 * caches sized, and a first turn of a row would measure that instead. A server that makes a process for each request
 * has neither, only files that the system has read before: it does less of the same. JGit's does as much as ours. Over
 * SSH ours does less, after HTTP: most programs are the same ones.
 */
public final class WarmUp {
    private static final int CLONES_PER_ROUND = 10;
    private static final int AT_ONCE = 8;
    private static final int LISTS_PER_ROUND = 4;
    private static final int SSH_PART = 4;
    private static final int FORKING_PART = 50;
    private static final String HAVE = "refs/heads/main~20";

    private WarmUp() {
    }

    /** What has to be done before those suites; empty: nothing, they compare nothing. */
    static Optional<Suite> before(List<Suite> suites) {
        List<GitHost.Transport> over = suites.stream().flatMap(suite -> suite.over().stream()).distinct().sorted(
            Comparator.reverseOrder()).toList();
        return over.isEmpty() ? Optional.empty() : Optional.of(new Suite("warm-up",
            "filling of repositories, and work that is not measured", (Suite.Work.Paired) WarmUp::run, over));
    }

    /** Does some of everything. */
    static void run(Contest contest) throws IOException, InterruptedException {
        Workload load = contest.load();
        List<String> history = load.history(contest);
        int rounds = contest.amounts().warmUps();
        int own = contest.transport() == GitHost.Transport.SSH ? rounds / SSH_PART : rounds;
        for (GitHost host : contest.hosts()) {
            boolean forks = host.peer().equals(Optional.of(Peer.CGIT));
            String url = host.create(contest.own("bench/warm-up"));
            try {
                all(host, load, List.of(history.get(contest.hosts().indexOf(host)), url),
                    Math.max(1, forks ? rounds / FORKING_PART : own));
                if (!forks) {
                    small(host, url, Math.max(1, own));
                }
            } catch (IOException e) {
                throw new IOException("work of " + host.name() + ": " + e, e);
            }
        }
    }

    private static void all(GitHost host, Workload load, List<String> urls, int rounds)
        throws IOException, InterruptedException {
        String tip = load.commit("refs/heads/main");
        String have = load.commit(HAVE);
        WriteSuites.Writer writer = new WriteSuites.Writer("warm-up", urls.get(1));
        List<String> commits = load.commits(rounds, 0);
        for (int round = 0; round < rounds; round++) {
            writer.push(host);
            host.raw().list(urls.get(0), List.of());
            host.raw().fetch(urls.get(0), FetchRequest.commit(commits.get(round)).depth(1));
            host.raw().fetch(urls.get(0), FetchRequest.commit(tip).having(have));
            if (round % CLONES_PER_ROUND == 0) {
                host.raw().fetch(urls.get(0), FetchRequest.everything());
            }
        }
    }

    /**
     * Has a cluster's processes do the most frequent work over HTTP, small pushes, lists and fetches, for what Java
     * sees of it to be kept.
     *
     * @param directory data directory of the cluster
     * @param url       a repository there whose main branch is not empty
     */
    public static void rehearse(Path directory, String url, int rounds)
        throws IOException, InterruptedException, ConfigException {
        try (TrineHost host = TrineHost.of(GitHost.Transport.HTTP, directory)) {
            small(host, url, rounds);
            for (int round = 0; round < rounds; round++) {
                host.raw().fetch(url, FetchRequest.branch("main").depth(1));
                host.raw().fetch(url, FetchRequest.branch("main"));
                if (round % CLONES_PER_ROUND == 0) {
                    host.raw().fetch(url, FetchRequest.everything());
                }
            }
        }
    }

    /** It takes some five thousand requests until the programs of a small one are compiled for good. */
    private static void small(GitHost host, String url, int rounds) throws IOException, InterruptedException {
        AtOnce.each(IntStream.range(0, AT_ONCE).boxed().toList(), client -> {
            WriteSuites.Writer writer = new WriteSuites.Writer("warm-up-" + client, url);
            for (int round = 0; round < rounds; round++) {
                writer.push(host);
                for (int list = 0; list < LISTS_PER_ROUND; list++) {
                    host.raw().list(url, List.of("refs/heads/main"));
                }
            }
        });
    }
}
