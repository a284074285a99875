package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What clients read. */
final class ReadSuites {
    private static final int FETCHED_COMMITS = 100;

    private ReadSuites() {
    }

    /** Clones whose packs nobody keeps. */
    static void clones(Contest contest) throws IOException, InterruptedException {
        List<GitHost> hosts = contest.hosts();
        Workload load = contest.load();
        int runs = contest.amounts().runs();
        List<String> urls = load.history(contest);
        List<String> commits = load.commits(runs, 1 + contest.transport().ordinal());
        int tip = load.unread(runs);
        Contest.Before newVersion = (host, turn) -> load.push(host, urls.get(hosts.indexOf(host)),
            commits.get(turn) + ":refs/heads/" + contest.own("version") + "/" + turn);
        contest.row("clone, everything, each time at a new version", runs, newVersion, (host, turn) ->
            host.raw().fetch(urls.get(hosts.indexOf(host)), FetchRequest.everything()), Aim.wall(0.4), Aim.cpu(0.4));
        contest.row("clone, everything, again at the same version", runs, (host, turn) ->
            host.raw().fetch(urls.get(hosts.indexOf(host)), FetchRequest.everything()), Aim.wall(0.4), Aim.cpu(0.4));
        contest.row("clone, one branch, another each time", runs, (host, turn) ->
            host.raw().fetch(urls.get(hosts.indexOf(host)), FetchRequest.branch("tip/" + (tip + turn))), Aim.wall(0.7));
        contest.row("clone, blob:none, another branch each time", runs, (host, turn) -> host.raw().fetch(
            urls.get(hosts.indexOf(host)), FetchRequest.branch("tip/" + (tip + turn)).filter("blob:none")),
            Aim.wall(1));
        contest.row("clone, depth 1, another commit each time", runs, (host, turn) -> host.raw().fetch(
            urls.get(hosts.indexOf(host)), FetchRequest.branch("tip/" + (tip + turn)).depth(1)),
            Aim.cpu(0.55), Aim.bytes(1.05));
        contest.row("clone, depth 1, the same commit again", runs, (host, turn) -> host.raw().fetch(
            urls.get(hosts.indexOf(host)), FetchRequest.branch("tip/" + tip).depth(1)), Aim.wall(0.05), Aim.cpu(0.05));
        contest.row("git clone --bare, the stock client's work included", Math.min(runs, 3), (host, turn) -> {
            var into = load.fresh();
            load.client(host).run(into, "clone", "-q", "--bare", urls.get(hosts.indexOf(host)), ".").orFail();
            Trees.delete(into);
            return 0;
        });
    }

    /** A fetch of a hundred commits that the client lacks. */
    static void fetches(Contest contest) throws IOException, InterruptedException {
        List<GitHost> hosts = contest.hosts();
        Workload load = contest.load();
        int runs = contest.amounts().runs() * Workload.FETCHES;
        List<String> urls = load.history(contest);
        int tip = load.unread(runs);
        List<String> haves = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            haves.add(load.local().run(load.source(), "rev-list", "--skip=" + FETCHED_COMMITS, "-1",
                "refs/heads/tip/" + (tip + i)).orFail().strip());
        }
        contest.row("fetch of " + FETCHED_COMMITS + " new commits", runs, (host, turn) -> host.raw().fetch(
            urls.get(hosts.indexOf(host)), FetchRequest.branch("tip/" + (tip + turn)).having(haves.get(turn))),
            Aim.wall(0.6));
        contest.row("the same fetch again", runs, (host, turn) -> host.raw().fetch(
            urls.get(hosts.indexOf(host)), FetchRequest.branch("tip/" + tip).having(haves.getFirst())));
    }

    /** Lists of refs. */
    static void listings(Contest contest) throws IOException, InterruptedException {
        List<GitHost> hosts = contest.hosts();
        int runs = contest.amounts().runs();
        for (int refs : contest.amounts().refs()) {
            ManyRefs many = new ManyRefs(refs);
            List<String> urls = many.on(contest);
            boolean judged = refs == contest.amounts().manyRefs();
            contest.row("ls-remote of " + refs + " refs", runs, (host, turn) ->
                host.raw().list(urls.get(hosts.indexOf(host)), List.of()),
                judged ? new Aim[] {Aim.cpu(0.5)} : new Aim[0]);
            contest.row("ls-remote of one prefix of " + refs + " refs", runs, (host, turn) ->
                host.raw().list(urls.get(hosts.indexOf(host)), List.of(many.prefix(turn))),
                judged ? new Aim[] {Aim.wall(0.05)} : new Aim[0]);
        }
        int many = contest.amounts().manyRefs();
        List<String> urls = new ManyRefs(many).on(contest);
        contest.row("clone of a repository with " + many + " refs", runs, (host, turn) -> host.raw().fetch(
            urls.get(hosts.indexOf(host)), FetchRequest.everything()));
    }
}
