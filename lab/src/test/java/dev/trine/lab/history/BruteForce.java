package dev.trine.lab.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Linearizability by its definition: some order, of all certain and some uncertain operations, explains all. */
final class BruteForce {
    private BruteForce() {
    }

    static boolean isLinearizable(List<Operation> history) {
        return extend(history, new ArrayList<>());
    }

    private static boolean extend(List<Operation> rest, List<Operation> order) {
        if (rest.stream().noneMatch(Operation::isCertain) && explains(order)) {
            return true;
        }
        for (Operation next : rest) {
            boolean late = rest.stream().anyMatch(other -> other != next && other.end() < next.start());
            if (!late) {
                List<Operation> less = new ArrayList<>(rest);
                less.remove(next);
                order.add(next);
                boolean found = extend(less, order);
                order.removeLast();
                if (found) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean explains(List<Operation> order) {
        Map<String, Optional<String>> held = new HashMap<>();
        for (Operation operation : order) {
            switch (operation.action()) {
                case Action.Read read -> {
                    if (!read.seen().entrySet().stream().allMatch(seen ->
                        held.getOrDefault(seen.getKey(), Optional.empty()).equals(seen.getValue()))) {
                        return false;
                    }
                }
                case Action.Rejected rejected -> {
                    if (rejected.expected().entrySet().stream().allMatch(expected ->
                        held.getOrDefault(expected.getKey(), Optional.empty()).equals(expected.getValue()))) {
                        return false;
                    }
                }
                case Action.Push push -> {
                    if (!push.changes().entrySet().stream().allMatch(change ->
                        held.getOrDefault(change.getKey(), Optional.empty()).equals(change.getValue().before()))) {
                        return false;
                    }
                    push.changes().forEach((ref, change) -> held.put(ref, change.after()));
                }
            }
        }
        return true;
    }
}
