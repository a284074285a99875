package dev.trine.router.moves;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;

/**
 * What is wanted of a repository.
 *
 * @param leaving   the node whose place is taken; any disk of it but the joining one
 * @param joining   the disk that takes it
 * @param lagMax    entries that the joining one may be behind when it becomes a member
 * @param cancelled the wish was taken back: what is not sealed yet stays where it is
 */
public record Goal(NodeId leaving, Member joining, long lagMax, boolean cancelled) {
    /** Whether that member's place is to be taken. */
    boolean isLeaving(Member member) {
        return member.node().equals(leaving) && !member.equals(joining);
    }
}
