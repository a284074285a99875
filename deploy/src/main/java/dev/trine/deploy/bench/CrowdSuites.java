package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** What many clients do at the same time. */
final class CrowdSuites {
    private static final int READS_PER_WRITE = 5;
    private static final int JGIT_CLONES_MAX = 32;

    private CrowdSuites() {
    }

    /** Clones at the same time, until the last is done. */
    static void clones(Contest contest) throws IOException, InterruptedException {
        List<GitHost> hosts = contest.hosts();
        Workload load = contest.load();
        int rounds = Math.min(Workload.CROWDS, contest.amounts().runs());
        List<String> urls = load.history(contest);
        int different = contest.amounts().different();
        int first = load.unread(rounds * (different + contest.amounts().parallel().size()));
        for (int parallel : contest.amounts().parallel()) {
            int from = first;
            // JGit's servlet, which computes each clone for itself, breaks off in a greater crowd
            Contest among = parallel > JGIT_CLONES_MAX ? contest.without(Peer.JGIT) : contest;
            among.row(parallel + " equal clones of one branch at once", rounds, (host, turn) ->
                together(host, urls.get(hosts.indexOf(host)), Collections.nCopies(parallel, from + turn)),
                Aim.wall(0.2));
            first += rounds;
        }
        int from = first;
        contest.row(different + " different clones of one branch at once", rounds, (host, turn) ->
            together(host, urls.get(hosts.indexOf(host)), IntStream.range(0, different)
                .mapToObj(i -> from + turn * different + i).toList()), Aim.wall(1 / 1.5));
    }

    private static long together(GitHost host, String url, List<Integer> tips)
        throws IOException, InterruptedException {
        AtomicLong bytes = new AtomicLong();
        AtOnce.each(tips, tip -> bytes.addAndGet(host.raw().fetch(url, FetchRequest.branch("tip/" + tip))));
        return bytes.get();
    }

    /** Clients that read five times for each time that they write. */
    static void mixed(Contest contest) throws IOException, InterruptedException {
        List<GitHost> hosts = contest.hosts();
        Workload load = contest.load();
        List<String> urls = load.written(contest);
        String tip = load.commit("refs/heads/main");
        String have = load.commit("refs/heads/main~20");
        int count = contest.amounts().writers();
        int each = Math.max(1, contest.amounts().each() / 2);
        Map<GitHost, List<WriteSuites.Writer>> writers = new HashMap<>();
        for (GitHost host : hosts) {
            List<WriteSuites.Writer> own = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                own.add(new WriteSuites.Writer("mixed-" + i, urls.get(hosts.indexOf(host))));
            }
            writers.put(host, own);
        }
        contest.row(count + " clients, " + each + " pushes each, five reads for each push",
            Math.min(Workload.CROWDS, contest.amounts().runs()), (host, turn) -> {
                String url = urls.get(hosts.indexOf(host));
                AtOnce.each(writers.get(host), writer -> {
                    for (int i = 0; i < each; i++) {
                        writer.push(host);
                        for (int read = 0; read < READS_PER_WRITE; read++) {
                            read(host, url, tip, have, read);
                        }
                    }
                });
                return 0;
            });
    }

    private static void read(GitHost host, String url, String tip, String have, int kind)
        throws IOException, InterruptedException {
        switch (kind) {
            case 0 -> host.raw().fetch(url, FetchRequest.branch("main").depth(1));
            case 1, 2 -> host.raw().fetch(url, FetchRequest.commit(tip).having(have));
            default -> host.raw().list(url, List.of("refs/heads/"));
        }
    }
}
