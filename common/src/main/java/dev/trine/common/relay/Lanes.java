package dev.trine.common.relay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Who waits: users come by turns, each one's repositories do, and in one repository whoever came first. Used under its
 * owner's lock.
 */
final class Lanes<W> {
    private final LinkedHashMap<String, LinkedHashMap<String, Deque<W>>> users = new LinkedHashMap<>();

    void add(GitExchange.Lane lane, W waits) {
        users.computeIfAbsent(lane.who(), nobody -> new LinkedHashMap<>())
            .computeIfAbsent(lane.path(), none -> new ArrayDeque<>()).addLast(waits);
    }

    /** Whose turn is next; empty: nobody waits. */
    Optional<W> first() {
        return users.isEmpty() ? Optional.empty()
            : Optional.of(users.firstEntry().getValue().firstEntry().getValue().getFirst());
    }

    /** Does not wait any more; if it was the first, others come before the rest of its own. */
    void remove(GitExchange.Lane lane, W waits) {
        boolean first = first().filter(next -> next == waits).isPresent();
        LinkedHashMap<String, Deque<W>> repositories = users.get(lane.who());
        Deque<W> same = repositories.get(lane.path());
        same.remove(waits);
        if (same.isEmpty()) {
            repositories.remove(lane.path());
        } else if (first) {
            repositories.putLast(lane.path(), same);
        }
        if (repositories.isEmpty()) {
            users.remove(lane.who());
        } else if (first) {
            users.putLast(lane.who(), repositories);
        }
    }
}
