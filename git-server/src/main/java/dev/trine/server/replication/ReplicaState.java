package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.Role;
import java.util.List;
import java.util.Optional;

/**
 * What a replica keeps on disk besides log entries, refs, packs and outcomes. Written whole, in the same synced batch
 * as what changes with it.
 *
 * @param role       this node's role in the generation
 * @param generation the generation in force, as far as this node knows; RETIRED and DELETED name the one that follows
 *                   the generation in which the node was a member
 * @param members    the generation's members in slot order; none: deleted
 * @param promised   highest epoch promised, never falls, never below the epoch of the log's last entry
 * @param base       position up to which log entries were dropped
 * @param baseChain  chain value of the base
 * @param committed  last committed entry that this node knows; the refs on disk are exactly its state
 * @param withdrawal why this node takes no part; a member that has one is {@link Role#WITHDRAWN} instead of a VOTER
 */
public record ReplicaState(Role role, long generation, List<Member> members, Epoch promised, Position base,
                           Chain baseChain, Position committed, Optional<Withdrawal> withdrawal) {
    public ReplicaState {
        members = List.copyOf(members);
        if (role == Role.VOTER && withdrawal.isPresent() || role == Role.WITHDRAWN && withdrawal.isEmpty()) {
            throw new IllegalArgumentException("role " + role + " with withdrawal " + withdrawal);
        }
        if (base.version() > committed.version()) {
            throw new IllegalArgumentException("base " + base + " is above committed " + committed);
        }
    }

    /** The state of a replica that is not withdrawn. */
    public ReplicaState(Role role, long generation, List<Member> members, Epoch promised, Position base,
                        Chain baseChain, Position committed) {
        this(role, generation, members, promised, base, baseChain, committed, Optional.empty());
    }

    /** The state of an empty replica at generation 1: refs that exist at version 0 are written beside it. */
    public static ReplicaState created(List<Member> members) {
        return new ReplicaState(Role.VOTER, 1, members, Epoch.NULL, Position.START, Chain.START, Position.START);
    }

    /** The state of a node that is about to pull a repository of which it is no member yet. */
    public static ReplicaState learner() {
        return learner(0, List.of());
    }

    /**
     * The state of a node that is about to pull a repository.
     *
     * @param generation it becomes a voter in a later one only: it may have voted in this one, and forgotten it
     * @param members    members of that generation: whom to pull from
     */
    public static ReplicaState learner(long generation, List<Member> members) {
        return new ReplicaState(Role.LEARNER, generation, members, new Epoch(generation, 0, 0), Position.START,
            Chain.START, Position.START);
    }

    /**
     * The same without log entries.
     *
     * @param chain of the committed entry
     */
    public ReplicaState withoutLog(Chain chain) {
        return new ReplicaState(role, generation, members, promised, committed, chain, committed, withdrawal);
    }
}
