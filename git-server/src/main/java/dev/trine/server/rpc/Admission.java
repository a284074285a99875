package dev.trine.server.rpc;

import dev.trine.server.admission.Claimant;
import dev.trine.server.hosting.Lane;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds how many calls this node serves at once, in all and for one repository, user and address, so that neither many
 * clients nor one of them can take all memory. What a call may cost beyond that is another matter: see
 * {@link dev.trine.server.admission.Turns}. Called by many threads.
 */
public final class Admission {
    private static final String AGAIN = "; try again in a moment";

    private final Map<Object, Integer> calls = new HashMap<>();
    private TransportLimits limits;
    private int all;

    public Admission(TransportLimits limits) {
        this.limits = limits;
    }

    /** From now on these bounds hold; calls that were let in stay. */
    public synchronized void limit(TransportLimits now) {
        limits = now;
    }

    /** Lets a call in, which leaves later; or says why not. */
    synchronized Optional<Status> enter(Claimant who) {
        Optional<Status> refused = refused(who);
        if (refused.isEmpty()) {
            all++;
            calls.merge(who.repo(), 1, Integer::sum);
            calls.merge(who.lane(), 1, Integer::sum);
            calls.merge(who.lane().kind(), 1, Integer::sum);
            calls.merge(new Address(who.address()), 1, Integer::sum);
        }
        return refused;
    }

    /** Lets out a call that was let in. */
    synchronized void leave(Claimant who) {
        all--;
        lower(who.repo());
        lower(who.lane());
        lower(who.lane().kind());
        lower(new Address(who.address()));
    }

    private Optional<Status> refused(Claimant who) {
        boolean anonymous = who.lane().kind() == Lane.Kind.ANONYMOUS;
        if (all >= limits.callsMax()) {
            return Optional.of(Status.UNAVAILABLE.withDescription("this node serves " + limits.callsMax()
                + " Git calls already, its limit (clients.calls-max)" + AGAIN));
        }
        if (isReached(who.repo(), limits.repositoryCallsMax())) {
            return over(limits.repositoryCallsMax() + " calls for this repository already, its limit"
                + " (clients.repository-calls-max)" + AGAIN);
        }
        if (anonymous && isReached(Lane.Kind.ANONYMOUS, limits.anonymousCallsMax())) {
            return over(limits.anonymousCallsMax() + " calls without sign-in already, its limit"
                + " (clients.anonymous-calls-max); sign in, or try again in a moment");
        }
        if (!anonymous && isReached(who.lane(), limits.userCallsMax())) {
            return over(limits.userCallsMax() + " calls of yours already, its limit for one user"
                + " (clients.user-calls-max)" + AGAIN);
        }
        if (!who.address().isEmpty() && isReached(new Address(who.address()), limits.addressCallsMax())) {
            return over(limits.addressCallsMax() + " calls from your address already, its limit"
                + " (clients.address-calls-max)" + AGAIN);
        }
        return Optional.empty();
    }

    private boolean isReached(Object of, int max) {
        return calls.getOrDefault(of, 0) >= max;
    }

    private void lower(Object of) {
        calls.computeIfPresent(of, (key, count) -> count == 1 ? null : count - 1);
    }

    private static Optional<Status> over(String what) {
        return Optional.of(Status.RESOURCE_EXHAUSTED.withDescription("this node serves " + what));
    }

    /** Calls from there are counted. */
    private record Address(String value) {
    }
}
