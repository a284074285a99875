package dev.trine.server.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.RepoId;
import dev.trine.proto.Role;
import dev.trine.server.durability.CrashState.History;
import dev.trine.server.hosting.Git;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All that a node does to its disk, once, in a process of its own that is recorded. */
final class RecordedLife {
    /** n1's data directory, below the root of the trace. Its parent is missing at first. */
    static final String DATA = "made/n1";
    private static final Duration MAX = Duration.ofSeconds(120);
    private static final Pattern VERSION = Pattern.compile("trine: version (\\d+) durable on ");
    private static final int LARGE = 1_500_000;
    private static final int PACKS_UNTIL_FOLDED = 21;
    private static final int FILES_UNTIL_REWRITTEN = 1_100;

    private final Path dir;
    private final ProcessCluster cluster;
    private final DiskTrace trace;
    private final Map<RepoId, History> histories = new HashMap<>();
    private final RepoId held = new RepoId("aa112233445566778899aabbccddeeff");
    private final RepoId followed = new RepoId("bb112233445566778899aabbccddeeff");
    private final RepoId deleted = new RepoId("cc112233445566778899aabbccddeeff");
    private final Random random = new Random(7);
    private Git git;
    private int pushesToVictim;

    private RecordedLife(Path dir, ProcessCluster cluster, DiskTrace trace) throws Exception {
        this.dir = dir;
        this.cluster = cluster;
        this.trace = trace;
        this.git = client("alice");
    }

    /** What was recorded, and what each repository was. */
    record Recorded(List<DiskTrace.Event> events, Map<RepoId, History> histories, int pushes) {
    }

    static Recorded live(Path dir) throws Exception {
        Path root = Files.createDirectories(dir.resolve("root")).toRealPath();
        DiskTrace trace = DiskTrace.prepare(dir, root);
        try (ProcessCluster cluster = ProcessCluster.start(dir, root.resolve(DATA), NodeStart.usual())) {
            RecordedLife life = new RecordedLife(dir, cluster, trace);
            life.startVictim();
            life.holdARepository();
            life.followAnother();
            life.comeBack();
            life.compact();
            life.deleteARepository();
            life.startAgain(false);
            life.push("main", "after a stop");
            life.startAgain(true);
            life.push("main", "after a kill");
            life.quiet();
            cluster.stopVictim(false);
            return new Recorded(trace.read(), life.histories, life.pushesToVictim);
        }
    }

    private Git client(String name) throws Exception {
        Git client = new Git(Files.createDirectories(dir.resolve(name)));
        client.run("init", "--quiet");
        return client;
    }

    private void startVictim() throws Exception {
        assertThat(cluster.startVictim("dev.trine.server.Main", trace.environment())).as("n1 starts").isTrue();
    }

    private void startAgain(boolean kill) throws Exception {
        quiet(); // a kill between a change and its record would be seen by neither
        cluster.stopVictim(kill);
        startVictim();
        await().atMost(MAX).until(() -> cluster.areLevel(held) && cluster.areLevel(followed));
    }

    private void quiet() {
        await().atMost(MAX).until(() -> cluster.areLevel(held) && cluster.areLevel(followed));
    }

    private void holdARepository() throws Exception {
        cluster.create(held);
        cluster.routeTo(ProcessCluster.VICTIM);
        push("main", "small");
        byte[] large = new byte[LARGE];
        random.nextBytes(large);
        Files.write(git.directory().resolve("large"), large);
        push("main", "large");
        large[LARGE / 2] ^= 1;
        Files.write(git.directory().resolve("large"), large);
        push("main", "thin, a delta to what is there");
        pushed(held, Map.of("refs/heads/topic", "HEAD", "refs/heads/other", "HEAD~1", "refs/tags/t1", "HEAD"));
        pushed(held, Map.of("refs/heads/other", ""));
        pushed(held, Map.of("refs/heads/topic", "HEAD~1"));
    }

    private void followAnother() throws Exception {
        cluster.create(followed);
        cluster.routeTo("n2");
        Git alice = git;
        git = client("bob");
        for (String message : List.of("one", "two", "three")) {
            pushTo(followed, "main", message);
        }
        await().atMost(MAX).until(() -> cluster.areLevel(followed));
        git = alice;
    }

    /** Away while three pushes are made, so that it has to pull. */
    private void comeBack() throws Exception {
        quiet();
        cluster.stopVictim(false);
        Git alice = git;
        git = new Git(dir.resolve("bob"));
        for (String message : List.of("four", "five", "six")) {
            pushTo(followed, "main", message);
        }
        startVictim();
        await().atMost(MAX).until(() -> cluster.areLevel(followed));
        cluster.routeTo(ProcessCluster.VICTIM);
        pushTo(followed, "main", "seven, to the one who came back");
        git = alice;
    }

    private void compact() throws Exception {
        cluster.routeTo(ProcessCluster.VICTIM);
        int many = PACKS_UNTIL_FOLDED + 2;
        for (int i = 0; i < many; i++) {
            push("main", "fold " + i);
        }
        await().atMost(MAX).until(() -> packs(held) < PACKS_UNTIL_FOLDED);
        for (int i = 0; i < FILES_UNTIL_REWRITTEN; i++) {
            Files.writeString(git.directory().resolve("file" + i), "number " + i + "\n");
        }
        push("main", "rewrite");
        await().atMost(MAX).until(() -> packs(held) == 1 && hasBitmap());
    }

    private int packs(RepoId repo) {
        return cluster.describe(ProcessCluster.VICTIM, repo).getPacks();
    }

    private boolean hasBitmap() throws Exception {
        Path objects = dir.resolve("root").resolve(DATA).resolve("objects/aa").resolve(held.value());
        try (var files = Files.list(objects)) {
            return files.anyMatch(file -> file.toString().endsWith(".bitmap"));
        }
    }

    private void deleteARepository() throws Exception {
        cluster.create(deleted);
        pushTo(deleted, "main", "in vain");
        cluster.delete(deleted, ProcessCluster.VICTIM);
        await().atMost(MAX).until(() -> cluster.describe(ProcessCluster.VICTIM, deleted).getRole() == Role.DELETED);
        await().atMost(MAX).until(() -> packs(deleted) == 0);
    }

    private void push(String branch, String message) {
        pushTo(held, branch, message);
    }

    private void pushTo(RepoId repo, String branch, String message) {
        git.run("add", "-A");
        git.commit(message);
        pushed(repo, Map.of("refs/heads/" + branch, "HEAD"));
    }

    /** Pushes revisions to refs, or deletes those whose revision is empty; notes the refs from that version on. */
    private void pushed(RepoId repo, Map<String, String> revisions) {
        List<String> push = new ArrayList<>(List.of("--atomic", "--force", cluster.url(repo)));
        History history = histories.computeIfAbsent(repo, each -> new History());
        Map<String, String> refs = new TreeMap<>(history.latest());
        revisions.forEach((ref, revision) -> {
            push.add(revision + ":" + ref);
            if (revision.isEmpty()) {
                refs.remove(ref);
            } else {
                refs.put(ref, git.run("rev-parse", revision).strip());
            }
        });
        String output = git.push(push.toArray(String[]::new));
        Matcher version = VERSION.matcher(output);
        assertThat(version.find()).as(output).isTrue();
        if (cluster.routed().equals(ProcessCluster.VICTIM)) {
            pushesToVictim++;
        }
        history.put(Long.parseLong(version.group(1)), refs);
    }
}
