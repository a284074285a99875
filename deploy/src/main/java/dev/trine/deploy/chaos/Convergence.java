package dev.trine.deploy.chaos;

import dev.trine.inspector.admin.AdminClient;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.DescribeRepoReply;
import dev.trine.proto.DescribeRepoRequest;
import dev.trine.proto.ReplicaStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Waits until all replicas of all repositories say the same. */
final class Convergence {
    static final Duration CONVERGED_MAX = Duration.ofSeconds(180);
    private static final long POLL_MILLIS = 500;

    private final Interruption interruption;
    private final Map<String, Converged> converged = new TreeMap<>();
    private final Map<String, String> missing = new HashMap<>();

    Convergence(Interruption interruption) {
        this.interruption = interruption;
    }

    /**
     * A repository whose three replicas agree.
     *
     * @param id     of the repository
     * @param digest of all its refs, hexadecimal
     * @param packs  how many each node lists, by node
     */
    record Converged(String id, String digest, Map<String, Integer> packs) {
    }

    /** Asks until all agree, or it has taken too long. */
    CheckResult await(AdminClient api, Collection<String> repositories) throws InterruptedException {
        long begun = System.nanoTime();
        List<String> open = new ArrayList<>(repositories);
        while (!open.isEmpty() && !interruption.isOver(begun, CONVERGED_MAX, System.nanoTime())) {
            open.removeIf(repository -> agrees(api, repository));
            if (!open.isEmpty()) {
                Thread.sleep(POLL_MILLIS);
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        return new CheckResult("All replicas of every repository converge to equal digests",
            repositories.size() + " repositories on their nodes, in " + took.toMillis() / 100 / 10.0 + " s",
            open.stream().map(repository -> repository + ": " + missing.get(repository)).toList());
    }

    /** The repositories that agree, by path. */
    Map<String, Converged> converged() {
        return converged;
    }

    private boolean agrees(AdminClient api, String repository) {
        try {
            DescribeRepoReply reply =
                api.call(stub -> stub.describeRepo(DescribeRepoRequest.newBuilder().setRepo(repository).build()));
            Optional<String> problem = problem(reply.getReplicasList());
            problem.ifPresent(text -> missing.put(repository, text));
            if (problem.isEmpty()) {
                converged.put(repository, new Converged(reply.getRepo().getId(), digest(reply.getReplicas(0)),
                    reply.getReplicasList().stream().collect(Collectors.toMap(ReplicaStatus::getNode,
                        replica -> replica.getDescription().getPacks()))));
            }
            return problem.isEmpty();
        } catch (CommandFailure e) {
            missing.put(repository, String.valueOf(e.getMessage()));
            return false;
        }
    }

    static Optional<String> problem(List<ReplicaStatus> replicas) {
        boolean fine = replicas.size() == 3 && replicas.stream().allMatch(replica -> replica.getState().equals("ok"))
            && replicas.stream().map(Convergence::digest).distinct().count() == 1;
        return fine ? Optional.empty() : Optional.of(replicas.stream().map(replica -> replica.getNode() + " is "
            + replica.getState() + (replica.getProblem().isEmpty() ? "" : " (" + replica.getProblem() + ")")
            + " at version " + replica.getDescription().getCommitted().getVersion() + " with digest "
            + digest(replica)).collect(Collectors.joining("; ")));
    }

    private static String digest(ReplicaStatus replica) {
        return HexFormat.of().formatHex(replica.getDescription().getDigest().toByteArray());
    }
}
