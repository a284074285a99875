package dev.trine.server.replication;

import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import java.util.List;

/** When a node that is no member any more may remove what it holds of a repository. */
public final class Retirement {
    private Retirement() {
    }

    /**
     * Whether enough members of the generation that followed vote in it, or in a later one: whoever votes in a
     * generation holds the whole history up to its begin, with all objects, durably.
     *
     * @param retired this node's state; its members are those of the generation that followed
     * @param answers of these members and of those that they name in later generations, each from whom was asked
     * @param copies  how many members must have it
     */
    public static boolean mayRemove(ReplicaState retired, List<ProbeAnswer> answers, int copies) {
        return retired.role() == Role.RETIRED && answers.stream()
            .filter(answer -> answer.role() == Role.VOTER && (answer.generation() > retired.generation()
                || answer.generation() == retired.generation() && retired.members().contains(answer.from()))
                && answer.committed().version() >= retired.committed().version())
            .map(ProbeAnswer::from).distinct().count() >= copies;
    }
}
