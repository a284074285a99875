package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.Trees;
import dev.trine.deploy.chaos.Operation.Door;
import dev.trine.deploy.chaos.Operation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A client's end: its repository on disk, and the git commands that it runs, each put into the ledger. One thread. */
final class GitEnd {
    private static final Duration RUN_MAX = Duration.ofSeconds(45);
    private static final String BRANCHES = "refs/heads/";

    private final int client;
    private final Path directory;
    private final BoundedGit git;
    private final Access access;
    private final Ledger ledger;
    private final Supplier<Duration> clock;
    private final LooseObjects objects;
    private final String emptyTree;
    private int commits;

    /** Makes the client's repository. */
    GitEnd(int client, Path directory, Access access, Ledger ledger, Supplier<Duration> clock)
        throws IOException, InterruptedException {
        this.client = client;
        this.directory = directory;
        this.access = access;
        this.ledger = ledger;
        this.clock = clock;
        this.git = new BoundedGit(directory.resolve("home"), access.environment(), RUN_MAX);
        git.run(directory, List.of("init", "-q", "--bare", "repo.git")).orFail();
        this.objects = new LooseObjects(repository());
        this.emptyTree = objects.emptyTree();
    }

    private Path repository() {
        return directory.resolve("repo.git");
    }

    /** A commit like no other. */
    String commit(Optional<String> parent) throws IOException {
        return objects.commit(emptyTree, parent, "client " + client + " commit " + ++commits);
    }

    /** Pushes the changes, all or none. */
    Operation push(Door door, Kind kind, String repository, List<RefChange> changes)
        throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("push", "--porcelain", "--atomic"));
        changes.forEach(change -> arguments.add(change.lease()));
        arguments.add(access.url(door, repository));
        changes.forEach(change -> arguments.add(change.refspec()));
        Duration begun = clock.get();
        BoundedGit.Run run = git.run(repository(), arguments);
        Outcome outcome = PushReport.read(run.status(), run.out(), run.err());
        return put(new Operation(client, door, kind, repository, begun, clock.get(), List.copyOf(changes), Map.of(),
            outcome));
    }

    /** Asks for all branches. */
    Operation list(Door door, String repository) throws IOException, InterruptedException {
        Duration begun = clock.get();
        BoundedGit.Run run = git.run(repository(),
            List.of("ls-remote", access.url(door, repository), BRANCHES + "*"));
        return read(door, Kind.LIST, repository, begun, run, run.out());
    }

    /** Fetches all branches into the client's repository. */
    Operation fetch(Door door, String repository) throws IOException, InterruptedException {
        String seen = "refs/seen/" + repository + "/";
        Duration begun = clock.get();
        BoundedGit.Run run = git.run(repository(), List.of("-c", "gc.auto=0", "fetch", "-q", "--no-tags", "--prune",
            "--no-write-fetch-head", access.url(door, repository), "+" + BRANCHES + "*:" + seen + "*"));
        String refs = run.status() == 0 ? refs(repository(), seen).replace("\t" + seen, "\t" + BRANCHES) : "";
        return read(door, Kind.FETCH, repository, begun, run, refs);
    }

    /** Clones everything, looks whether it is whole, and removes it again. */
    Operation cloneOnce(Door door, String repository) throws IOException, InterruptedException {
        Path copy = directory.resolve("clone.git");
        Duration begun = clock.get();
        BoundedGit.Run run = git.run(directory,
            List.of("clone", "-q", "--bare", access.url(door, repository), copy.toString()));
        String refs = run.status() == 0 ? refs(copy, BRANCHES) : "";
        Operation operation = read(door, Kind.CLONE, repository, begun, run, refs);
        if (Files.exists(copy)) {
            Trees.delete(copy);
        }
        return operation;
    }

    private String refs(Path repository, String prefix) throws IOException, InterruptedException {
        return git.run(repository, List.of("for-each-ref", "--format=%(objectname)\t%(refname)", prefix)).orFail();
    }

    private Operation read(Door door, Kind kind, String repository, Duration begun, BoundedGit.Run run, String refs) {
        Outcome outcome = run.status() == 0 ? new Outcome.Done(Optional.empty())
            : new Outcome.Unknown(PushReport.shortened(run.err()));
        return put(new Operation(client, door, kind, repository, begun, clock.get(), List.of(),
            run.status() == 0 ? parse(refs) : Map.of(), outcome));
    }

    /** Lines of an object id, a tab and a ref. */
    static Map<String, String> parse(String refs) {
        Map<String, String> seen = new TreeMap<>();
        refs.lines().forEach(line -> {
            String[] parts = line.split("\t", 2);
            seen.put(parts[1], parts[0]);
        });
        return seen;
    }

    private Operation put(Operation operation) {
        ledger.add(operation);
        return operation;
    }
}
