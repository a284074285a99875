package dev.trine.server.rpc;

import dev.trine.common.model.RepoId;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds how many calls this node serves at once, in all and for one repository, so that neither many clients nor one
 * popular repository can take all memory. Called by many threads.
 */
public final class Admission {
    private final TransportLimits limits;
    private final Map<RepoId, Integer> byRepository = new HashMap<>();
    private int all;

    public Admission(TransportLimits limits) {
        this.limits = limits;
    }

    /** Lets a call in, which leaves later; or says why not. */
    synchronized Optional<Status> enter(RepoId repo) {
        if (all >= limits.callsMax()) {
            return Optional.of(Status.UNAVAILABLE.withDescription("this node serves " + limits.callsMax()
                + " Git calls already, its limit; try again in a moment"));
        }
        if (byRepository.getOrDefault(repo, 0) >= limits.repositoryCallsMax()) {
            return Optional.of(Status.RESOURCE_EXHAUSTED.withDescription("this node serves "
                + limits.repositoryCallsMax() + " calls for this repository already, its limit;"
                + " try again in a moment"));
        }
        all++;
        byRepository.merge(repo, 1, Integer::sum);
        return Optional.empty();
    }

    /** Lets out a call that was let in. */
    synchronized void leave(RepoId repo) {
        all--;
        byRepository.computeIfPresent(repo, (id, calls) -> calls == 1 ? null : calls - 1);
    }
}
