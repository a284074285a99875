package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What clients write. */
final class WriteSuites {
    private static final int ROUNDS = 3;

    private WriteSuites() {
    }

    /** One engineer pushes one commit, and waits. */
    static void small(Contest contest) throws IOException, InterruptedException {
        List<GitHost> hosts = contest.hosts();
        Workload load = contest.load();
        int pushes = contest.amounts().pushes();
        List<String> urls = load.written(contest);
        List<String> commits = commits(load, contest.own("small push"), pushes);
        contest.row("git push of one commit", pushes, (host, turn) -> {
            load.push(host, urls.get(hosts.indexOf(host)), commits.get(turn) + ":refs/heads/" + contest.own("small"));
            return 0;
        }, Aim.wall(0.75));
        Map<GitHost, List<Writer>> writers = new HashMap<>();
        for (GitHost host : hosts) {
            writers.put(host, List.of(new Writer(contest.own("raw"), urls.get(hosts.indexOf(host)))));
        }
        contest.row("push of one commit, a client without work of its own", pushes, (host, turn) -> {
            writers.get(host).getFirst().push(host);
            return 0;
        }, Aim.wall(0.75));
    }

    /** A push of one commit to a repository with very many refs. */
    static void manyRefs(Contest contest) throws IOException, InterruptedException {
        List<GitHost> hosts = contest.hosts();
        int refs = contest.amounts().manyRefs();
        List<String> urls = new ManyRefs(refs).on(contest);
        Map<GitHost, Writer> writers = new HashMap<>();
        for (GitHost host : hosts) {
            writers.put(host, new Writer(contest.own("raw"), urls.get(hosts.indexOf(host))));
        }
        contest.row("push of one commit where there are " + refs + " refs", contest.amounts().runs() * 2,
            (host, turn) -> {
                writers.get(host).push(host);
                return 0;
            }, Aim.wall(0.15));
    }

    /** Many writers at once. */
    static void writers(Contest contest) throws IOException, InterruptedException {
        int count = contest.amounts().writers();
        int each = contest.amounts().each();
        int runs = Math.min(ROUNDS, contest.amounts().runs());
        List<String> shared = contest.load().written(contest);
        Map<GitHost, List<Writer>> one = new HashMap<>();
        Map<GitHost, List<Writer>> many = new HashMap<>();
        for (GitHost host : contest.hosts()) {
            List<Writer> together = new ArrayList<>();
            List<Writer> apart = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                together.add(new Writer("writer-" + i, shared.get(contest.hosts().indexOf(host))));
                apart.add(new Writer("main", host.create(contest.own("bench/writer-" + i))));
                apart.getLast().push(host); // creates it
            }
            one.put(host, together);
            many.put(host, apart);
        }
        contest.row(count + " writers, " + each + " commits each, one repository", runs, (host, turn) -> {
            AtOnce.each(one.get(host), writer -> writer.push(host, each));
            return 0;
        }, Aim.wall(1 / 3.0));
        contest.row(count + " writers, " + each + " commits each, a repository each", runs, (host, turn) -> {
            AtOnce.each(many.get(host), writer -> writer.push(host, each));
            return 0;
        });
    }

    /** A whole history into an empty repository, and back. */
    static void big(Contest contest) throws IOException, InterruptedException {
        Workload load = contest.load();
        int turns = contest.amounts().bigPushes();
        Path source = load.made(contest.amounts().large());
        Map<GitHost, List<String>> urls = new HashMap<>();
        for (GitHost host : contest.hosts()) {
            List<String> own = new ArrayList<>();
            for (int i = 0; i < turns; i++) {
                own.add(host.create(contest.own("bench/big-" + i)));
            }
            urls.put(host, own);
        }
        String size = Workload.packBytes(source) / 1_000_000 + " MB";
        contest.row("git push of a history of " + size + " into an empty repository", turns, (host, turn) -> {
            load.client(host).run(source, "push", "-q", urls.get(host).get(turn), "refs/heads/main:refs/heads/main")
                .orFail();
            return 0;
        }, Aim.wall(1));
        for (GitHost host : contest.hosts()) {
            host.settle(contest.own("bench/big-0"));
        }
        contest.row("clone of " + size, turns, (host, turn) ->
            host.raw().fetch(urls.get(host).getFirst(), FetchRequest.everything()), Aim.wall(1));
    }

    private static List<String> commits(Workload load, String what, int count)
        throws IOException, InterruptedException {
        GitClient local = load.local();
        List<String> commits = new ArrayList<>();
        String parent = load.commit("refs/heads/main");
        for (int i = 0; i < count; i++) {
            String text = what + " " + i;
            String blob = local.feed(load.source(), in -> in.write(text.getBytes(StandardCharsets.UTF_8)),
                "hash-object", "-w", "--stdin").orFail().strip();
            String entry = "100644 blob " + blob + "\tsmall.txt\n";
            String tree = local.feed(load.source(), in -> in.write(entry.getBytes(StandardCharsets.UTF_8)), "mktree")
                .orFail().strip();
            parent = local.run(load.source(), "commit-tree", tree, "-p", parent, "-m", "small").orFail().strip();
            commits.add(parent);
        }
        return commits;
    }

    /** Moves a branch of its own on, commit by commit. Used by one thread at a time. */
    static final class Writer {
        private final String branch;
        private final String url;
        private Optional<String> tip = Optional.empty();
        private int pushed;

        Writer(String branch, String url) {
            this.branch = branch;
            this.url = url;
        }

        /** Returns the commit. */
        String push(GitHost host) throws IOException, InterruptedException {
            CommitPack pack = CommitPack.of(tip, branch + " " + pushed);
            host.raw().push(url, new RefMove(branch, tip, pack));
            tip = Optional.of(pack.commit());
            pushed++;
            return pack.commit();
        }

        void push(GitHost host, int times) throws IOException, InterruptedException {
            for (int i = 0; i < times; i++) {
                push(host);
            }
        }
    }
}
