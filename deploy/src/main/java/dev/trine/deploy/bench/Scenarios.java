package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The scenarios, in the order in which they run. */
final class Scenarios {
    private static final int COMMITS_PER_FETCH = 20;

    private Scenarios() {
    }

    static List<Scenario> all() {
        return List.of(
            new Scenario("large-push", "push of a whole history into an empty repository", Scenarios::largePush),
            new Scenario("clone", "clone of all branches and tags", Scenarios::cloning),
            new Scenario("fetch", "fetch of " + COMMITS_PER_FETCH + " new commits", Scenarios::fetch),
            new Scenario("small-push", "push of one commit", Scenarios::smallPush),
            new Scenario("ls-remote", "ls-remote of very many refs", Scenarios::listing),
            new Scenario("parallel-clones", "clones at the same time, until the last is done",
                Scenarios::parallelClones));
    }

    private static List<Samples> largePush(List<GitHost> hosts, Workload load)
        throws IOException, InterruptedException {
        return inTurns(hosts, load.amounts().largePushes(), (host, turn) ->
            load.push(host, host.create("bench/large" + turn), "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"));
    }

    private static List<Samples> cloning(List<GitHost> hosts, Workload load)
        throws IOException, InterruptedException {
        List<String> urls = filled(hosts, load, "bench/clone");
        return inTurns(hosts, load.amounts().clones(), (host, turn) ->
            load.cloneOnce(host, urls.get(hosts.indexOf(host))));
    }

    private static List<Samples> fetch(List<GitHost> hosts, Workload load)
        throws IOException, InterruptedException {
        int fetches = load.amounts().fetches();
        List<String> urls = new ArrayList<>();
        List<Path> clones = new ArrayList<>();
        for (GitHost host : hosts) {
            String url = host.create("bench/fetch");
            load.push(host, url, "refs/heads/main~" + fetches * COMMITS_PER_FETCH + ":refs/heads/main");
            host.settle("bench/fetch");
            urls.add(url);
            var clone = load.fresh();
            load.client(host).run(clone, "clone", "-q", "--bare", url, ".").orFail();
            clones.add(clone);
        }
        return inTurns(hosts, fetches, (host, turn) -> {
            String url = urls.get(hosts.indexOf(host));
            load.push(host, url, "refs/heads/main~" + (fetches - 1 - turn) * COMMITS_PER_FETCH + ":refs/heads/main");
            GitClient.Run run = load.client(host).run(clones.get(hosts.indexOf(host)), "fetch", "-q", url,
                "refs/heads/main:refs/heads/main");
            run.orFail();
            return run.took();
        });
    }

    private static List<Samples> smallPush(List<GitHost> hosts, Workload load)
        throws IOException, InterruptedException {
        List<String> urls = filled(hosts, load, "bench/small");
        GitClient local = load.local();
        String main = local.run(load.source(), "rev-parse", "refs/heads/main").orFail().strip();
        List<String> commits = new ArrayList<>(List.of(main));
        for (int i = 0; i < load.amounts().smallPushes(); i++) {
            String blob = local.feed(load.source(), in -> in.write(utf8("small push " + commits.size())),
                "hash-object", "-w", "--stdin").orFail().strip();
            String entry = "100644 blob " + blob + "\tsmall.txt\n";
            String tree = local.feed(load.source(), in -> in.write(utf8(entry)), "mktree").orFail().strip();
            commits.add(local.run(load.source(), "commit-tree", tree, "-p", commits.getLast(), "-m", "small").orFail()
                .strip());
        }
        return inTurns(hosts, load.amounts().smallPushes(), (host, turn) ->
            load.push(host, urls.get(hosts.indexOf(host)), commits.get(turn + 1) + ":refs/heads/main"));
    }

    private static List<Samples> listing(List<GitHost> hosts, Workload load)
        throws IOException, InterruptedException {
        List<String> urls = new ArrayList<>();
        String main = load.local().run(load.source(), "rev-parse", "refs/heads/main").orFail().strip();
        var many = load.fresh();
        load.local().run(many, "clone", "-q", "--bare", load.source().toString(), ".").orFail();
        load.local().feed(many, in -> {
            for (int i = 0; i < load.amounts().refs(); i++) {
                in.write(utf8("create refs/heads/many/" + i % 100 + "/ref" + i + " " + main + "\n"));
            }
        }, "update-ref", "--stdin").orFail();
        for (GitHost host : hosts) {
            urls.add(load.filled(host, "bench/refs", many, "refs/heads/many/*:refs/heads/many/*"));
        }
        return inTurns(hosts, load.amounts().listings(), (host, turn) -> {
            GitClient.Run run = load.client(host).run(many, "ls-remote", "-q", urls.get(hosts.indexOf(host)));
            run.orFail();
            return run.took();
        });
    }

    private static List<Samples> parallelClones(List<GitHost> hosts, Workload load)
        throws IOException, InterruptedException {
        List<String> urls = filled(hosts, load, "bench/parallel");
        return inTurns(hosts, load.amounts().rounds(), (host, turn) -> {
            long start = System.nanoTime();
            try (var clones = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Duration>> running = new ArrayList<>();
                for (int i = 0; i < load.amounts().parallel(); i++) {
                    running.add(clones.submit(() -> load.cloneOnce(host, urls.get(hosts.indexOf(host)))));
                }
                for (Future<Duration> clone : running) {
                    clone.get();
                }
            } catch (ExecutionException e) {
                throw new IOException("a clone failed: " + e.getCause().getMessage(), e);
            }
            return Duration.ofNanos(System.nanoTime() - start);
        });
    }

    private static List<String> filled(List<GitHost> hosts, Workload load, String repository)
        throws IOException, InterruptedException {
        List<String> urls = new ArrayList<>();
        for (GitHost host : hosts) {
            urls.add(load.filled(host, repository, load.source(), "refs/heads/*:refs/heads/*",
                "refs/tags/*:refs/tags/*"));
        }
        return urls;
    }

    private static List<Samples> inTurns(List<GitHost> hosts, int turns, Turn turn)
        throws IOException, InterruptedException {
        List<List<Duration>> times = new ArrayList<>();
        hosts.forEach(host -> times.add(new ArrayList<>()));
        for (int i = 0; i < turns; i++) {
            for (int host = 0; host < hosts.size(); host++) {
                times.get(host).add(turn.measure(hosts.get(host), i));
            }
        }
        return times.stream().map(Samples::new).toList();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One measured piece of work. */
    @FunctionalInterface
    private interface Turn {
        Duration measure(GitHost host, int turn) throws IOException, InterruptedException;
    }
}
