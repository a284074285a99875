package dev.trine.server.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One piece of work that waits for its turn, or has it. It waits for everybody who wants it done. */
final class Ticket {
    private final List<Claimant> claimants = new ArrayList<>();
    private Optional<Claimant> grantedTo = Optional.empty();

    Ticket(Claimant first) {
        claimants.add(first);
    }

    /** Who wants it done, the first one first. */
    List<Claimant> claimants() {
        return List.copyOf(claimants);
    }

    /** Whose turn it is being done in; empty: it waits, or was given up. */
    Optional<Claimant> grantedTo() {
        return grantedTo;
    }

    boolean isRunning() {
        return grantedTo.isPresent();
    }

    boolean isClaimedBy(Claimant who) {
        return claimants.stream().anyMatch(each -> each.lane().equals(who.lane()));
    }

    void add(Claimant also) {
        claimants.add(also);
    }

    void grant(Claimant to) {
        grantedTo = Optional.of(to);
    }
}
