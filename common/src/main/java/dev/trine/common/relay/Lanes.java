package dev.trine.common.relay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Optional;

/** Who waits, each in a lane in order of arrival; the lanes come by turns. Used under its owner's lock. */
final class Lanes<L, W> {
    private final LinkedHashMap<L, Deque<W>> lanes = new LinkedHashMap<>();

    void add(L lane, W waits) {
        lanes.computeIfAbsent(lane, none -> new ArrayDeque<>()).addLast(waits);
    }

    /** Whose turn is next; empty: nobody waits. */
    Optional<W> first() {
        return lanes.isEmpty() ? Optional.empty() : Optional.of(lanes.firstEntry().getValue().getFirst());
    }

    /** Does not wait any more; if it was the first, other lanes come before the rest of its own. */
    void remove(L lane, W waits) {
        boolean first = first().filter(next -> next == waits).isPresent();
        Deque<W> same = lanes.get(lane);
        same.remove(waits);
        if (same.isEmpty()) {
            lanes.remove(lane);
        } else if (first) {
            lanes.putLast(lane, same);
        }
    }
}
