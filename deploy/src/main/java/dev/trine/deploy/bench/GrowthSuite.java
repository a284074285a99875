package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What reading a little and writing a little cost as something else grows, ten times as much at each step: refs, pushes
 * since the last maintenance, repositories. Used by one thread.
 */
final class GrowthSuite {
    private static final int TURNS_MAX = 3;
    private static final int WRITERS = 4;
    private static final int MAKING_AT_ONCE = 8;
    private static final int BEHIND = 20;
    private static final String LIST = "ls-remote of one prefix";
    private static final String FETCH = "fetch of few commits";
    private static final String PUSH = "push of one commit";

    private final Contest contest;
    private final List<GitHost> hosts;
    private final int turns;

    private GrowthSuite(Contest contest) {
        this.contest = contest;
        this.hosts = contest.hosts();
        this.turns = Math.min(TURNS_MAX, contest.amounts().runs());
    }

    /** Everything. */
    static void run(Contest contest) throws IOException, InterruptedException {
        GrowthSuite suite = new GrowthSuite(contest);
        suite.refs();
        suite.pushes();
        suite.repositories();
    }

    private void refs() throws IOException, InterruptedException {
        List<String> commits = new ManyRefs(1).commits(contest.load());
        for (int count : contest.amounts().growingRefs()) {
            ManyRefs many = new ManyRefs(count);
            List<String> urls = many.on(contest);
            List<WriteSuites.Writer> writers = urls.stream().map(url ->
                new WriteSuites.Writer(contest.own("growth"), url)).toList();
            contest.step(new Row.Step(LIST, "refs", count), turns, (host, turn) ->
                host.raw().list(urls.get(hosts.indexOf(host)), List.of(many.prefix(turn))));
            contest.step(new Row.Step(FETCH, "refs", count), turns, (host, turn) ->
                host.raw().fetch(urls.get(hosts.indexOf(host)), FetchRequest.commit(commits.get(turn))
                    .having(commits.get(turn + BEHIND))));
            contest.step(new Row.Step(PUSH, "refs", count), turns, (host, turn) -> {
                writers.get(hosts.indexOf(host)).push(host);
                return 0;
            });
        }
    }

    /** Nobody maintains the peer's meanwhile; ours maintains itself. */
    private void pushes() throws IOException, InterruptedException {
        List<String> urls = new ArrayList<>();
        List<List<Branch>> branches = new ArrayList<>();
        for (GitHost host : hosts) {
            String url = host.create(contest.own("bench/growth-pushes"));
            urls.add(url);
            branches.add(IntStream.range(0, WRITERS).mapToObj(i -> new Branch("writer-" + i, url)).toList());
        }
        String grows = "pushes since maintenance";
        int before = 0;
        for (int count : contest.amounts().growing()) {
            for (int host = 0; host < hosts.size(); host++) {
                push(hosts.get(host), branches.get(host), before, count);
            }
            before = count;
            contest.step(new Row.Step(LIST, grows, count), turns, (host, turn) ->
                host.raw().list(urls.get(hosts.indexOf(host)), List.of("refs/heads/writer-" + turn % WRITERS)));
            contest.step(new Row.Step(FETCH, grows, count), turns, (host, turn) -> {
                Branch branch = branches.get(hosts.indexOf(host)).get(turn % WRITERS);
                return host.raw().fetch(urls.get(hosts.indexOf(host)), branch.newest(turn / WRITERS));
            });
            contest.step(new Row.Step(PUSH, grows, count), turns, (host, turn) -> {
                branches.get(hosts.indexOf(host)).getFirst().push(host);
                return 0;
            });
        }
    }

    private static void push(GitHost host, List<Branch> branches, int from, int to)
        throws IOException, InterruptedException {
        AtOnce.each(IntStream.range(0, WRITERS).boxed().toList(), writer -> {
            for (int i = from; i < to; i++) {
                if (i % WRITERS == writer) {
                    branches.get(writer).push(host);
                }
            }
        });
    }

    private void repositories() throws IOException, InterruptedException {
        String grows = "repositories";
        List<List<Branch>> mains = hosts.stream().map(host -> (List<Branch>) new ArrayList<Branch>()).toList();
        for (int count : contest.amounts().growing()) {
            for (int host = 0; host < hosts.size(); host++) {
                make(hosts.get(host), mains.get(host), count);
            }
            contest.step(new Row.Step(LIST, grows, count), turns, (host, turn) ->
                host.raw().list(one(mains, host, turn).url, List.of("refs/heads/main")));
            contest.step(new Row.Step(FETCH, grows, count), turns, (host, turn) ->
                host.raw().fetch(one(mains, host, turn).url, FetchRequest.everything()));
            contest.step(new Row.Step(PUSH, grows, count), turns, (host, turn) -> {
                one(mains, host, turn).push(host);
                return 0;
            });
        }
    }

    private void make(GitHost host, List<Branch> mains, int count) throws IOException, InterruptedException {
        List<Branch> more = new ArrayList<>();
        for (int i = mains.size(); i < count; i++) {
            more.add(new Branch("main", host.create(contest.own("bench/growth") + "/repository-" + i)));
        }
        AtOnce.each(IntStream.range(0, MAKING_AT_ONCE).boxed().toList(), part -> {
            for (int i = part; i < more.size(); i += MAKING_AT_ONCE) {
                more.get(i).push(host);
            }
        });
        mains.addAll(more);
    }

    /** Spread over all that there are, another one for each turn. */
    private Branch one(List<List<Branch>> mains, GitHost host, int turn) {
        List<Branch> all = mains.get(hosts.indexOf(host));
        return all.get(turn * all.size() / turns);
    }

    /** A branch of one writer, with its commits. Used by one thread at a time. */
    private static final class Branch {
        private final String url;
        private final WriteSuites.Writer writer;
        private final List<String> commits = new ArrayList<>();

        Branch(String name, String url) {
            this.url = url;
            this.writer = new WriteSuites.Writer(name, url);
        }

        void push(GitHost host) throws IOException, InterruptedException {
            commits.add(writer.push(host));
        }

        /** Of a client that has all but one commit, and lacks so many that came later. */
        FetchRequest newest(int back) {
            int want = Math.max(1, commits.size() - 1 - back);
            return FetchRequest.commit(commits.get(want)).having(commits.get(want - 1));
        }
    }
}
