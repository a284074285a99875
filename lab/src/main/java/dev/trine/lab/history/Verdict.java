package dev.trine.lab.history;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Whether a history is linearizable. */
public sealed interface Verdict {
    /**
     * There is an order that explains everything.
     *
     * @param groups     refs, or refs that one operation bound together, looked at one by one
     * @param operations looked at
     * @param states     visited by the search
     */
    record Linearizable(int groups, int operations, long states) implements Verdict {
    }

    /**
     * There is no such order.
     *
     * @param refs        the refs concerned
     * @param part        the smallest part found that no order explains, whatever the refs held before it, in order of
     *                    start
     * @param explanation the same for people, one operation a line
     */
    record Violated(SortedSet<String> refs, List<Operation> part, String explanation) implements Verdict {
        public Violated {
            refs = new TreeSet<>(refs);
            part = List.copyOf(part);
        }
    }

    /** The search was given up at its bound. */
    record Undecided(SortedSet<String> refs, long states) implements Verdict {
        public Undecided {
            refs = new TreeSet<>(refs);
        }
    }
}
