package dev.trine.lab.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for one order of a group's operations that explains them: takes at each point one of those that may come next,
 * and never visits twice the same refs after the same operations. What only looks is taken as soon as it may be, for it
 * changes nothing.
 */
final class Search {
    /** The ref may hold anything: nothing was seen of it yet. */
    private static final int ANYTHING = -1;
    private static final int ABSENT = 0;

    private final Map<String, Integer> slots = new HashMap<>();
    private final Map<String, Integer> values = new HashMap<>();
    private final List<Step> certain;
    private final List<Step> uncertain;
    private final int[] begin;
    private final long statesMax;
    private final Set<Point> visited = new HashSet<>();

    /**
     * A search.
     *
     * @param initial what the refs held before; empty: it is not known
     */
    Search(List<Operation> operations, Optional<Map<String, String>> initial, long statesMax) {
        this.statesMax = statesMax;
        operations.forEach(operation -> operation.action().refs().forEach(ref ->
            slots.computeIfAbsent(ref, any -> slots.size())));
        List<Step> steps = withoutUnseen(operations).stream().sorted(Comparator.comparingLong(Operation::start))
            .map(this::step).toList();
        this.certain = steps.stream().filter(step -> step.end() != Operation.NEVER).toList();
        this.uncertain = steps.stream().filter(step -> step.end() == Operation.NEVER).toList();
        this.begin = new int[slots.size()];
        Arrays.fill(begin, initial.isEmpty() ? ANYTHING : ABSENT);
        initial.ifPresent(known -> known.forEach((ref, value) -> {
            if (slots.containsKey(ref)) {
                begin[slots.get(ref)] = value(Optional.of(value));
            }
        }));
    }

    /** States visited so far. */
    long states() {
        return visited.size();
    }

    Result run() {
        Deque<Frame> path = new ArrayDeque<>();
        Point first = look(new Point(0, new long[0], new long[0], begin));
        visited.add(first);
        path.push(new Frame(first, next(first)));
        while (!path.isEmpty()) {
            Frame frame = path.peek();
            if (frame.point.from == certain.size()) {
                return Result.FOUND;
            }
            if (frame.tried == frame.next.size()) {
                path.pop();
                continue;
            }
            Point reached = look(frame.next.get(frame.tried++));
            if (visited.add(reached)) {
                if (visited.size() > statesMax) {
                    return Result.GIVEN_UP;
                }
                path.push(new Frame(reached, next(reached)));
            }
        }
        return Result.NONE;
    }

    /** Takes everything that may come next, fits, and changes nothing. */
    private Point look(Point at) {
        Point point = at;
        boolean more = true;
        while (more) {
            more = false;
            long limit = limit(point);
            for (int i = point.from; i < certain.size() && certain.get(i).start() <= limit; i++) {
                Step step = certain.get(i);
                if (step.kind() != Kind.PUSH && !point.hasTaken(i) && fits(step, point.refs) == Fit.NOW) {
                    point = point.take(i);
                    more = true;
                }
            }
        }
        return point;
    }

    private List<Point> next(Point point) {
        List<Point> next = new ArrayList<>();
        long limit = limit(point);
        for (int i = point.from; i < certain.size() && certain.get(i).start() <= limit; i++) {
            Step step = certain.get(i);
            if (!point.hasTaken(i) && fits(step, point.refs) != Fit.NOT) {
                next.add(point.take(i).with(applied(step, point.refs)));
            }
        }
        for (int i = 0; i < uncertain.size() && uncertain.get(i).start() <= limit; i++) {
            Step step = uncertain.get(i);
            if (!point.hasTried(i) && fits(step, point.refs) != Fit.NOT) {
                next.add(point.tryOut(i).with(applied(step, point.refs)));
            }
        }
        return next;
    }

    /** The first end of what is not taken yet: what began later cannot come next. */
    private long limit(Point point) {
        long limit = Operation.NEVER;
        for (int i = point.from; i < certain.size() && certain.get(i).start() <= limit; i++) {
            if (!point.hasTaken(i)) {
                limit = Math.min(limit, certain.get(i).end());
            }
        }
        return limit;
    }

    private static Fit fits(Step step, int[] refs) {
        boolean assumes = false;
        boolean differs = false;
        for (int i = 0; i < step.slots().length; i++) {
            int held = refs[step.slots()[i]];
            assumes |= held == ANYTHING;
            differs |= held != ANYTHING && held != step.before()[i];
        }
        if (step.kind() == Kind.REJECTED) {
            return differs || assumes ? Fit.NOW : Fit.NOT;
        }
        return differs ? Fit.NOT : assumes ? Fit.IF_SO : Fit.NOW;
    }

    private static int[] applied(Step step, int[] refs) {
        if (step.kind() == Kind.REJECTED) {
            return refs;
        }
        int[] changed = refs.clone();
        for (int i = 0; i < step.slots().length; i++) {
            changed[step.slots()[i]] = step.after()[i];
        }
        return changed;
    }

    /**
     * Leaves out pushes of unknown outcome whose values nobody saw: whatever comes after one on its refs would have to
     * have seen them, so an order with it is one without it too.
     */
    private static List<Operation> withoutUnseen(List<Operation> operations) {
        Set<String> rejected = new HashSet<>();
        Map<String, Set<Optional<String>>> seen = new HashMap<>();
        for (Operation operation : operations) {
            switch (operation.action()) {
                case Action.Push push -> push.changes().forEach((ref, change) ->
                    seen.computeIfAbsent(ref, any -> new HashSet<>()).add(change.before()));
                case Action.Read read -> read.seen().forEach((ref, value) ->
                    seen.computeIfAbsent(ref, any -> new HashSet<>()).add(value));
                case Action.Rejected rejection -> rejected.addAll(rejection.refs());
            }
        }
        return operations.stream().filter(operation -> operation.isCertain()
            || !(operation.action() instanceof Action.Push push)
            || push.changes().entrySet().stream().anyMatch(change -> rejected.contains(change.getKey())
                || seen.get(change.getKey()).contains(change.getValue().after()))).toList();
    }

    private Step step(Operation operation) {
        Kind kind = switch (operation.action()) {
            case Action.Push push -> Kind.PUSH;
            case Action.Rejected rejected -> Kind.REJECTED;
            case Action.Read read -> Kind.READ;
        };
        List<String> refs = operation.action().refs().stream().sorted().toList();
        int[] at = new int[refs.size()];
        int[] before = new int[refs.size()];
        int[] after = new int[refs.size()];
        for (int i = 0; i < at.length; i++) {
            String ref = refs.get(i);
            at[i] = slots.get(ref);
            before[i] = value(switch (operation.action()) {
                case Action.Push push -> push.changes().get(ref).before();
                case Action.Rejected rejected -> rejected.expected().get(ref);
                case Action.Read read -> read.seen().get(ref);
            });
            after[i] = operation.action() instanceof Action.Push push ? value(push.changes().get(ref).after())
                : before[i];
        }
        return new Step(kind, operation.start(), operation.end(), at, before, after);
    }

    private int value(Optional<String> value) {
        return value.isEmpty() ? ABSENT : values.computeIfAbsent(value.get(), any -> values.size() + 1);
    }

    /** What a search comes to. */
    enum Result { FOUND, NONE, GIVEN_UP }

    private enum Kind { PUSH, REJECTED, READ }

    /** Whether an operation fits what the refs hold; {@code IF_SO}: if they held it all along. */
    private enum Fit { NOT, NOW, IF_SO }

    /** An operation with numbers for names. */
    private record Step(Kind kind, long start, long end, int[] slots, int[] before, int[] after) {
    }

    /** A point of the search and what may come next there. */
    private static final class Frame {
        private final Point point;
        private final List<Point> next;
        private int tried;

        Frame(Point point, List<Point> next) {
            this.point = point;
            this.next = next;
        }
    }

    /**
     * Which operations were taken, and what the refs hold: all certain ones below {@code from}, more by bits above
     * it, uncertain ones by their bits. Unchanging.
     */
    private static final class Point {
        private final int from;
        private final long[] taken;
        private final long[] tried;
        private final int[] refs;

        Point(int from, long[] taken, long[] tried, int[] refs) {
            this.from = from;
            this.taken = taken;
            this.tried = tried;
            this.refs = refs;
        }

        boolean hasTaken(int index) {
            return index < from || isSet(taken, index - from);
        }

        boolean hasTried(int index) {
            return isSet(tried, index);
        }

        Point take(int index) {
            long[] bits = set(taken, index - from);
            int run = 0;
            while (isSet(bits, run)) {
                run++;
            }
            return new Point(from + run, trimmed(shifted(bits, run)), tried, refs);
        }

        Point tryOut(int index) {
            return new Point(from, taken, set(tried, index), refs);
        }

        Point with(int[] changed) {
            return new Point(from, taken, tried, changed);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Point point && from == point.from && Arrays.equals(taken, point.taken)
                && Arrays.equals(tried, point.tried) && Arrays.equals(refs, point.refs);
        }

        @Override
        public int hashCode() {
            return ((from * 31 + Arrays.hashCode(taken)) * 31 + Arrays.hashCode(tried)) * 31 + Arrays.hashCode(refs);
        }

        private static boolean isSet(long[] bits, int index) {
            return index >> 6 < bits.length && (bits[index >> 6] & 1L << index) != 0;
        }

        private static long[] set(long[] bits, int index) {
            long[] more = Arrays.copyOf(bits, Math.max(bits.length, (index >> 6) + 1));
            more[index >> 6] |= 1L << index;
            return more;
        }

        private static long[] shifted(long[] bits, int by) {
            int words = by >> 6;
            long[] less = new long[Math.max(0, bits.length - words)];
            for (int i = 0; i < less.length; i++) {
                long high = (by & 63) == 0 || i + words + 1 >= bits.length ? 0 : bits[i + words + 1] << 64 - (by & 63);
                less[i] = bits[i + words] >>> (by & 63) | high;
            }
            return less;
        }

        private static long[] trimmed(long[] bits) {
            int length = bits.length;
            while (length > 0 && bits[length - 1] == 0) {
                length--;
            }
            return length == bits.length ? bits : Arrays.copyOf(bits, length);
        }
    }
}
