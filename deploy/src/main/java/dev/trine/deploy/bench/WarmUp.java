package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Work that is done before anything is measured: a server that has run for a day has its programs compiled and its
 * caches sized, and a first turn of a row would measure that instead. All hosts do the same.
 */
final class WarmUp {
    private static final int CLONES_PER_ROUND = 10;
    private static final int AT_ONCE = 8;
    private static final int LISTS_PER_ROUND = 4;
    private static final String HAVE = "refs/heads/main~20";

    private WarmUp() {
    }

    /** Does some of everything. */
    static void run(Contest contest) throws IOException, InterruptedException {
        Workload load = contest.load();
        List<String> urls = load.filled(contest, "bench/warm-up", "refs/heads/main:refs/heads/main");
        String tip = load.commit("refs/heads/main");
        String have = load.commit(HAVE);
        for (GitHost host : contest.hosts()) {
            String url = urls.get(contest.hosts().indexOf(host));
            WriteSuites.Writer writer = new WriteSuites.Writer("warm-up", url);
            for (int round = 0; round < contest.amounts().warmUps(); round++) {
                writer.push(host);
                host.raw().list(url, List.of());
                host.raw().fetch(url, FetchRequest.branch("main").depth(1));
                host.raw().fetch(url, FetchRequest.commit(tip).having(have));
                if (round % CLONES_PER_ROUND == 0) {
                    host.raw().fetch(url, FetchRequest.everything());
                }
            }
            small(host, url, contest.amounts().warmUps());
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
