package dev.trine.router.routing;

import dev.trine.common.model.Member;
import java.util.List;

/** Where a repository lives: a generation and its three members, in slot order. */
public record Placement(long generation, List<Member> members) {
    /** Members of every generation. */
    public static final int MEMBERS = 3;

    public Placement {
        members = List.copyOf(members);
        if (generation < 1 || members.size() != MEMBERS || members.stream().distinct().count() != MEMBERS) {
            throw new IllegalArgumentException("not a placement: generation " + generation + " with " + members);
        }
    }

    /** Whether a disk stands on the node of a member, be it that member or not. */
    public boolean isOnNodeOf(Member disk) {
        return members.stream().anyMatch(member -> member.node().equals(disk.node()));
    }
}
