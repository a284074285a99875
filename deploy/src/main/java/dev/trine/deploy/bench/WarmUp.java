package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.List;

/**
 * Work that is done before anything is measured: a server that has run for a day has its programs compiled and its
 * caches sized, and a first turn of a row would measure that instead. All hosts do the same.
 */
final class WarmUp {
    private static final int CLONES_PER_ROUND = 10;
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
        }
    }
}
