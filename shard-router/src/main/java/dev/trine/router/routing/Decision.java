package dev.trine.router.routing;

import dev.trine.common.model.Member;
import dev.trine.common.model.ReadPoint;
import java.util.List;

/** What follows from a probe's evidence. */
public sealed interface Decision {
    /** Sentences that lead from the answers to the decision, in order. */
    List<String> reasons();

    /** That member serves, from that state. */
    record Serve(Member at, ReadPoint from, List<String> reasons) implements Decision {
    }

    /** Undecided until the next member answers or is known not to. */
    record AwaitMore(List<String> reasons) implements Decision {
    }

    /** The newest entry is not provably committed: one of these members, best first, has to lock and commit. */
    record Repair(List<Member> candidates, List<String> reasons) implements Decision {
    }

    /** The repository has moved: take these members and probe again. */
    record Restart(Placement newer, List<String> reasons) implements Decision {
    }

    /** The repository was deleted. */
    record Gone(List<String> reasons) implements Decision {
    }

    /** Nobody may serve; one sentence names the nodes. */
    record Refuse(String why, List<String> reasons) implements Decision {
    }
}
