package dev.trine.common.model;

import java.util.List;
import java.util.Optional;

/**
 * One atomic snapshot of a node's position in a repository, as it answers a router's or contender's probe.
 *
 * @param from        who answers
 * @param role        only a {@link Role#VOTER}'s answer counts
 * @param generation  the generation that it knows in force
 * @param promised    highest epoch promised
 * @param last        last entry of its log
 * @param committed   last committed entry
 * @param lease       an unexpired lease that it has granted, if any
 * @param members     members of the generation, in slot order
 * @param holderReady its own session holds the lock and has committed all that it adopted
 */
public record ProbeAnswer(Member from, Role role, long generation, Epoch promised, Position last, Position committed,
                          Optional<Lease> lease, List<Member> members, boolean holderReady) {
    public ProbeAnswer {
        members = List.copyOf(members);
    }

    /** Who holds a lease, and at which epoch. */
    public record Lease(Member holder, Epoch epoch) {
    }
}
