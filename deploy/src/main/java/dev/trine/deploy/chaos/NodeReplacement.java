package dev.trine.deploy.chaos;

import dev.trine.inspector.admin.AdminClient;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.GetReplacementRequest;
import dev.trine.proto.ReplaceNodeRequest;
import dev.trine.proto.Replacement;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Collectors;

/** Brings a node with an empty disk back as an operator does with {@code trine node replace}. */
final class NodeReplacement {
    /** The routers have to see the new disk first. */
    private static final Duration ACCEPTED_MAX = Duration.ofSeconds(60);
    private static final Duration DONE_MAX = Duration.ofMinutes(5);
    private static final long POLL_MILLIS = 200;
    private static final String DONE = "DONE";

    private final Cluster cluster;
    private final Interruption interruption;

    NodeReplacement(Cluster cluster, Interruption interruption) {
        this.cluster = cluster;
        this.interruption = interruption;
    }

    /** Asks for it and waits until all repositories have moved; how many those were. */
    long replace(String node) throws IOException, InterruptedException {
        try (AdminClient api = cluster.api()) {
            Replacement replacement = begin(api, node);
            long begun = System.nanoTime();
            while (!replacement.getState().equals(DONE)) {
                long now = System.nanoTime();
                if (interruption.isOver(begun, DONE_MAX, now)) {
                    throw new IOException("the replacement of " + node + " has not ended after "
                        + Duration.ofNanos(now - begun).toSeconds() + " s: " + replacement.getState() + ", "
                        + replacement.getRepositoriesMoved()
                        + " repositories moved, " + replacement.getRepositoriesLeft() + " left; "
                        + replacement.getBlockedList().stream().map(move -> move.getPath() + ": " + move.getProblem())
                        .collect(Collectors.joining("; ")));
                }
                Thread.sleep(POLL_MILLIS);
                GetReplacementRequest request =
                    GetReplacementRequest.newBuilder().setId(replacement.getId()).build();
                replacement = api.call(stub -> stub.getReplacement(request));
            }
            return replacement.getRepositoriesMoved();
        }
    }

    private Replacement begin(AdminClient api, String node) throws InterruptedException {
        ReplaceNodeRequest request = ReplaceNodeRequest.newBuilder().setOldNode(node).setNewNode(node).build();
        long begun = System.nanoTime();
        while (true) {
            try {
                return api.call(stub -> stub.replaceNode(request));
            } catch (CommandFailure notYet) {
                if (interruption.isOver(begun, ACCEPTED_MAX, System.nanoTime())) {
                    throw notYet;
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }
}
