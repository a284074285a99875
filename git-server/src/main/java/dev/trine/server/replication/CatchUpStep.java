package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import java.util.List;
import java.util.Set;

/** What catching up does next, as {@link CatchUpRound} decides. */
public sealed interface CatchUpStep {
    /** All that answered are level, and nothing is open: there is nothing to do. */
    record Level() implements CatchUpStep {
    }

    /** Nobody can be asked, or this replica takes no part any more: somebody else, or a later look, must help. */
    record GiveUp() implements CatchUpStep {
    }

    /** The repository has moved on to members who were not asked yet: ask them too, and decide again. */
    record AskAlso(Set<Member> members) implements CatchUpStep {
        public AskAlso {
            members = Set.copyOf(members);
        }
    }

    /** Take over the committed state of that peer. */
    record Pull(ProbeAnswer from) implements CatchUpStep {
    }

    /** Somebody else is about to settle what is open: look again a little later. */
    record Wait() implements CatchUpStep {
    }

    /** Take the lock and commit what the logs hold. */
    record Repair() implements CatchUpStep {
    }

    /** This replica is level; tell these that they are behind it. */
    record Hint(List<Member> behind) implements CatchUpStep {
        public Hint {
            behind = List.copyOf(behind);
        }
    }
}
