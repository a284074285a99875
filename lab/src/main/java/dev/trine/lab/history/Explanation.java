package dev.trine.lab.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes what is not linearizable as small as possible, so that a person can see why. */
final class Explanation {
    /** So many operations that only look are tried one by one whether the rest is bad without them. */
    private static final int TRIED_MAX = 300;

    private final List<Operation> operations;
    private final Map<String, String> initial;
    private final long statesMax;

    /** The operations of one group of refs, in order of start, that no order explains. */
    Explanation(List<Operation> operations, Map<String, String> initial, long statesMax) {
        this.operations = operations;
        this.initial = initial;
        this.statesMax = statesMax;
    }

    Verdict.Violated violated() {
        List<Operation> early = upToFirstContradiction();
        List<Operation> late = fromLastCut(early);
        boolean fromStart = late.isEmpty();
        List<Operation> part = withoutIrrelevant(fromStart ? early : late, fromStart);
        SortedSet<String> refs = LinearizabilityCheck.refs(part);
        String given = fromStart ? "when they began with " + begin(refs) : "whatever they held before";
        String text = "no order of these " + part.size() + " operations on " + String.join(" ", refs)
            + " explains them, " + given + ":" + System.lineSeparator() + part.stream().map(Operation::toString)
            .collect(Collectors.joining(System.lineSeparator()));
        return new Verdict.Violated(refs, part, text);
    }

    private String begin(SortedSet<String> refs) {
        SortedSet<String> held = new TreeSet<>();
        refs.forEach(ref -> held.add(ref + "=" + initial.getOrDefault(ref, "-")));
        return held.toString();
    }

    /** Everything up to the first end that contradicts what came before. */
    private List<Operation> upToFirstContradiction() {
        List<Long> ends = operations.stream().filter(Operation::isCertain).map(Operation::end).sorted().toList();
        int low = 0;
        int high = ends.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBad(upTo(ends.get(middle)), Optional.of(initial))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return upTo(ends.get(low));
    }

    /** What was known at that moment. */
    private List<Operation> upTo(long moment) {
        List<Operation> known = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.start() <= moment && operation.end() <= moment) {
                known.add(operation);
            } else if (operation.start() <= moment && operation.action() instanceof Action.Push) {
                known.add(new Operation(operation.client(), operation.action(), operation.start(), Operation.NEVER));
            }
        }
        return known;
    }

    /**
     * Only what began after the last moment at which nothing certain was under way and from which on it is still bad;
     * pushes of unknown outcome stay, they may take effect later. Empty: there is no such moment.
     */
    private List<Operation> fromLastCut(List<Operation> early) {
        List<Long> cuts = cuts(early);
        int low = 0;
        int high = cuts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBad(from(early, cuts.get(middle)), Optional.empty())) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? List.of() : from(early, cuts.get(low - 1));
    }

    private static List<Long> cuts(List<Operation> early) {
        List<Long> cuts = new ArrayList<>();
        long busyUntil = Long.MIN_VALUE;
        for (Operation operation : early.stream().filter(Operation::isCertain)
            .sorted(Comparator.comparingLong(Operation::start)).toList()) {
            if (operation.start() > busyUntil) {
                cuts.add(operation.start());
            }
            busyUntil = Math.max(busyUntil, operation.end());
        }
        return cuts;
    }

    private static List<Operation> from(List<Operation> early, long moment) {
        return early.stream().filter(operation -> !operation.isCertain() || operation.start() >= moment).toList();
    }

    private List<Operation> withoutIrrelevant(List<Operation> bad, boolean fromStart) {
        Optional<Map<String, String>> begin = fromStart ? Optional.of(initial) : Optional.empty();
        List<Operation> part = new ArrayList<>(bad);
        List<Operation> looks = part.stream().filter(operation -> !(operation.action() instanceof Action.Push))
            .limit(TRIED_MAX).toList();
        for (Operation look : looks) {
            List<Operation> less = new ArrayList<>(part);
            less.remove(look);
            if (isBad(less, begin)) {
                part = less;
            }
        }
        return part;
    }

    private boolean isBad(List<Operation> some, Optional<Map<String, String>> begin) {
        return new Search(some, begin, statesMax).run() == Search.Result.NONE;
    }
}
