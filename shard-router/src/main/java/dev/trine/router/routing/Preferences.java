package dev.trine.router.routing;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;

/**
 * Which of several nodes that may serve is taken: one that does not fail, near, with little to do; among equals always
 * the same for one repository, so that its caches are warm there.
 *
 * @param repo      the repository
 * @param avoid     nodes that just failed the same request
 * @param standings of the nodes
 */
public record Preferences(RepoId repo, Set<NodeId> avoid, Map<NodeId, Standing> standings) {
    /** Loads that differ by less count as equal. */
    private static final int LOAD_STEP = 8;

    public Preferences {
        avoid = Set.copyOf(avoid);
        standings = Map.copyOf(standings);
    }

    /** Best first. */
    Comparator<Member> order() {
        return Comparator.comparing((Member member) -> avoid.contains(member.node()))
            .thenComparing(member -> standing(member).demoted())
            .thenComparing(member -> !standing(member).near())
            .thenComparing(member -> standing(member).load() / LOAD_STEP)
            .thenComparing(this::affinity);
    }

    private Standing standing(Member member) {
        return standings.getOrDefault(member.node(), Standing.NEUTRAL);
    }

    /** A number that spreads repositories over nodes and stays the same for one pair (rendezvous hashing). */
    private int affinity(Member member) {
        int mixed = 31 * repo.value().hashCode() + member.node().value().hashCode();
        mixed = (mixed ^ mixed >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }
}
