package dev.trine.deploy.measure;

import dev.trine.deploy.bench.CommitPack;
import dev.trine.deploy.bench.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes servers that have just started ones that have run for a day: their compilers have seen clones, listings and
 * pushes by then, though not of the version that is measured.
 *
 * @param cloned repository that is cloned; has a new version afterwards
 * @param pushed repository that is pushed to
 */
record WarmUp(MeasuredCluster cluster, String cloned, String pushed) {
    private static final int ROUNDS = 6;
    private static final int LISTINGS = 1_000;
    private static final int WRITERS = 5;
    private static final double PUSHES_PER_SECOND = 40;
    private static final Duration EQUAL_MAX = Duration.ofMinutes(10);

    /** Lets so many clone at once, some times, and a new version be made before each time and at the end. */
    void run(int clones) throws Exception {
        try (PushClient pusher = cluster.client(); RawHttp reader = cluster.reader();
             PushLoad load = PushLoad.start(pusher, pushed, "warm", WRITERS, PUSHES_PER_SECOND)) {
            for (int round = 0; round < ROUNDS; round++) {
                newVersion(pusher, round);
                Crowd.of(clones, () -> reader.cloneEverything(cluster.url(cloned)));
                Crowd.of(clones, () -> {
                    for (int i = 0; i < LISTINGS / clones; i++) {
                        reader.list(cluster.url(cloned), List.of("refs/heads/"));
                    }
                    return clones;
                });
            }
            newVersion(pusher, ROUNDS);
        }
        cluster.awaitEqual(cloned, EQUAL_MAX);
    }

    private void newVersion(PushClient pusher, int round) throws IOException, InterruptedException {
        Optional<String> failure = pusher.push(cloned, "new-version-" + round, Optional.empty(),
            CommitPack.of(Optional.empty(), "a new version"));
        if (failure.isPresent()) {
            throw new IOException("the new version could not be pushed: " + failure.get());
        }
    }
}
