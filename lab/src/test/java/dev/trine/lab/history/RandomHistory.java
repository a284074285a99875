package dev.trine.lab.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Histories that are linearizable by the way they are made, and such that a random change made doubtful. */
final class RandomHistory {
    private RandomHistory() {
    }

    /**
     * Operations that take effect one by one on a map, each seen by its client as lasting from some time before to some
     * time after; some clients never hear of the end.
     */
    static List<Operation> of(SplittableRandom random, int operations, int clients, int refs, double unknown) {
        Map<String, String> held = new HashMap<>();
        long[] free = new long[clients];
        List<Operation> history = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            int client = random.nextInt(clients);
            long at = 100L * (i + 1);
            if (free[client] >= at) {
                continue;
            }
            long start = Math.max(free[client] + 1, at - 1 - random.nextLong(250));
            long end = at + 1 + random.nextLong(250);
            Action action = action(random, held, refs, i);
            boolean isPush = action instanceof Action.Push;
            boolean lost = isPush && random.nextDouble() < unknown;
            if (lost && random.nextBoolean()) {
                // it never takes effect
                history.add(new Operation("c" + client, action, start, Operation.NEVER));
                free[client] = end;
                continue;
            }
            apply(action, held);
            history.add(new Operation("c" + client, action, start, lost ? Operation.NEVER : end));
            free[client] = end;
        }
        return history;
    }

    /** The same with one thing changed that a client saw or did. */
    static List<Operation> corrupted(SplittableRandom random, List<Operation> history) {
        if (history.isEmpty()) {
            return history;
        }
        List<Operation> changed = new ArrayList<>(history);
        int at = random.nextInt(changed.size());
        Operation was = changed.get(at);
        switch (random.nextInt(3)) {
            case 0 -> changed.remove(at);
            case 1 -> {
                long later = 1 + random.nextLong(600);
                changed.set(at, new Operation(was.client(), was.action(), was.start() + later,
                    was.isCertain() ? was.end() + later : Operation.NEVER));
            }
            default -> changed.set(at, new Operation(was.client(), twisted(random, was.action(), history),
                was.start(), was.end()));
        }
        return changed;
    }

    private static Action twisted(SplittableRandom random, Action action, List<Operation> history) {
        Action other = history.get(random.nextInt(history.size())).action();
        return switch (action) {
            case Action.Read read -> {
                Map<String, Optional<String>> seen = new HashMap<>(read.seen());
                if (other instanceof Action.Push push) {
                    push.changes().forEach((ref, change) -> seen.replace(ref, change.after()));
                }
                yield new Action.Read(seen);
            }
            case Action.Push push -> {
                Map<String, Change> changes = new HashMap<>(push.changes());
                if (other instanceof Action.Push theirs) {
                    theirs.changes().forEach((ref, change) -> changes.computeIfPresent(ref,
                        (name, mine) -> new Change(change.after(), mine.after())));
                }
                yield new Action.Push(changes);
            }
            case Action.Rejected rejected -> {
                Map<String, Optional<String>> expected = new HashMap<>(rejected.expected());
                if (other instanceof Action.Push push) {
                    push.changes().forEach((ref, change) -> expected.replace(ref, change.after()));
                }
                yield new Action.Rejected(expected);
            }
        };
    }

    private static Action action(SplittableRandom random, Map<String, String> held, int refs, int number) {
        List<String> names = new ArrayList<>();
        int first = random.nextInt(refs);
        int count = Math.min(refs, 1 + random.nextInt(3) / 2);
        for (int i = 0; i < count; i++) {
            names.add("r" + (first + i) % refs);
        }
        int kind = random.nextInt(5);
        if (kind < 2) {
            Map<String, Optional<String>> seen = new HashMap<>();
            names.forEach(name -> seen.put(name, Optional.ofNullable(held.get(name))));
            return new Action.Read(seen);
        }
        if (kind == 2) {
            Map<String, Optional<String>> expected = new HashMap<>();
            names.forEach(name -> expected.put(name, Optional.ofNullable(held.get(name))));
            expected.put(names.getFirst(), Optional.of("nothing holds this"));
            return new Action.Rejected(expected);
        }
        Map<String, Change> changes = new HashMap<>();
        names.forEach(name -> changes.put(name, new Change(Optional.ofNullable(held.get(name)),
            held.containsKey(name) && random.nextInt(4) == 0 ? Optional.empty() : Optional.of("v" + number))));
        return new Action.Push(changes);
    }

    private static void apply(Action action, Map<String, String> held) {
        if (action instanceof Action.Push push) {
            push.changes().forEach((ref, change) -> change.after()
                .ifPresentOrElse(value -> held.put(ref, value), () -> held.remove(ref)));
        }
    }
}
