package dev.trine.lab.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Decides whether a history of pushes and reads is linearizable, as Wing and Gong's search with Lowe's memory of states
 * visited. Refs are independent registers, so each is looked at alone, and together with those that one push changes at
 * once.
 */
public final class LinearizabilityCheck {
    /** Enough for a history of some hundred thousand operations. */
    public static final long STATES_MAX = 2_000_000;

    private final Map<String, String> initial;
    private final Snapshots snapshots;
    private final long statesMax;

    /**
     * A check.
     *
     * @param initial   what the refs held before; none: they did not exist
     * @param snapshots what a read of several refs means
     * @param statesMax bound of the search, for each group of refs; about 200 bytes each
     */
    public LinearizabilityCheck(Map<String, String> initial, Snapshots snapshots, long statesMax) {
        this.initial = Map.copyOf(initial);
        this.snapshots = snapshots;
        this.statesMax = statesMax;
    }

    /** The first group of refs that is not linearizable decides, or else one that could not be decided. */
    public Verdict check(List<Operation> history) {
        Map<String, List<Operation>> groups = group(history);
        Optional<Verdict> undecided = Optional.empty();
        long states = 0;
        for (List<Operation> group : groups.values()) {
            Search search = new Search(group, Optional.of(initial), statesMax);
            Search.Result result = search.run();
            states += search.states();
            if (result == Search.Result.NONE) {
                return new Explanation(group, initial, statesMax).violated();
            }
            if (result == Search.Result.GIVEN_UP && undecided.isEmpty()) {
                undecided = Optional.of(new Verdict.Undecided(refs(group), search.states()));
            }
        }
        return undecided.orElse(new Verdict.Linearizable(groups.size(), history.size(), states));
    }

    static SortedSet<String> refs(List<Operation> operations) {
        SortedSet<String> refs = new TreeSet<>();
        operations.forEach(operation -> refs.addAll(operation.action().refs()));
        return refs;
    }

    /** The operations of each group of refs, in order of start, under one of the group's refs. */
    private Map<String, List<Operation>> group(List<Operation> history) {
        Map<String, String> parents = new HashMap<>();
        for (Operation operation : history) {
            Set<String> refs = operation.action().refs();
            refs.forEach(ref -> parents.putIfAbsent(ref, ref));
            if (operation.action() instanceof Action.Push || snapshots == Snapshots.WHOLE) {
                String first = refs.isEmpty() ? "" : refs.iterator().next();
                refs.forEach(ref -> parents.put(root(parents, ref), root(parents, first)));
            }
        }
        Map<String, List<Operation>> groups = new LinkedHashMap<>();
        history.stream().sorted(Comparator.comparingLong(Operation::start)).forEach(operation -> {
            Set<String> roots = new HashSet<>();
            operation.action().refs().forEach(ref -> roots.add(root(parents, ref)));
            part(operation, roots, parents).forEach((root, mine) ->
                groups.computeIfAbsent(root, any -> new ArrayList<>()).add(mine));
        });
        return groups;
    }

    /** What an operation says about each of its groups. */
    private static Map<String, Operation> part(Operation operation, Set<String> roots, Map<String, String> parents) {
        if (roots.size() == 1) {
            return Map.of(roots.iterator().next(), operation);
        }
        return switch (operation.action()) {
            case Action.Read read -> {
                Map<String, Map<String, Optional<String>>> seen = new HashMap<>();
                read.seen().forEach((ref, value) ->
                    seen.computeIfAbsent(root(parents, ref), any -> new HashMap<>()).put(ref, value));
                Map<String, Operation> parts = new HashMap<>();
                seen.forEach((root, mine) -> parts.put(root, new Operation(operation.client(),
                    new Action.Read(mine), operation.start(), operation.end())));
                yield parts;
            }
            // which of the groups was not as expected is not known: it says nothing about one of them alone
            case Action.Rejected rejected -> Map.of();
            case Action.Push push -> Map.of();
        };
    }

    private static String root(Map<String, String> parents, String ref) {
        String at = ref;
        while (!parents.get(at).equals(at)) {
            parents.put(at, parents.get(parents.get(at)));
            at = parents.get(at);
        }
        return at;
    }
}
