package dev.trine.deploy.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Counts and times of what clients did. Pure. */
final class Figures {
    private final List<Operation> operations;

    Figures(List<Operation> operations) {
        this.operations = operations.stream().sorted(Comparator.comparing(Operation::begun)).toList();
    }

    /**
     * How operations ended in one second, or of one kind.
     *
     * @param p50 median time of those that were done; zero if there are none
     * @param p99 the same for the slowest hundredth
     * @param max the slowest
     */
    record Tally(int done, int rejected, int failed, Duration p50, Duration p99, Duration max) {
        int all() {
            return done + rejected + failed;
        }
    }

    /** Operations of a sort, by the second in which they ended; one for each second of the run. */
    List<Tally> bySecond(Predicate<Operation> sort, Duration length) {
        Map<Long, List<Operation>> seconds = new HashMap<>();
        operations.stream().filter(sort).forEach(operation ->
            seconds.computeIfAbsent(operation.ended().toSeconds(), any -> new ArrayList<>()).add(operation));
        List<Tally> tallies = new ArrayList<>();
        for (long second = 0; second <= length.toSeconds(); second++) {
            tallies.add(tally(seconds.getOrDefault(second, List.of())));
        }
        return tallies;
    }

    Tally of(Predicate<Operation> sort) {
        return tally(operations.stream().filter(sort).toList());
    }

    private static Tally tally(List<Operation> some) {
        List<Duration> times = some.stream().filter(Operation::isDone).map(Operation::took).sorted().toList();
        int rejected = (int) some.stream().filter(one -> one.outcome() instanceof Outcome.Rejected).count();
        return new Tally(times.size(), rejected, some.size() - times.size() - rejected, quantile(times, 0.5),
            quantile(times, 0.99), times.isEmpty() ? Duration.ZERO : times.getLast());
    }

    /** The smallest time that at least that part of all does not exceed. */
    static Duration quantile(List<Duration> ascending, double part) {
        return ascending.isEmpty() ? Duration.ZERO
            : ascending.get((int) Math.ceil(part * ascending.size()) - 1);
    }

    /** How long after that moment the first push succeeded that had begun after it; none: no push did. */
    Optional<Duration> nextPush(Duration moment) {
        return operations.stream().filter(one -> one.kind().isPush() && one.isDone())
            .filter(one -> one.begun().compareTo(moment) >= 0)
            .map(one -> one.ended().minus(moment)).min(Comparator.naturalOrder());
    }

    /** The longest time without any push that succeeded. */
    Duration longestWithoutPush(Duration from, Duration to) {
        List<Duration> ends = new ArrayList<>(List.of(from));
        operations.stream().filter(one -> one.kind().isPush() && one.isDone()).map(Operation::ended)
            .filter(end -> end.compareTo(from) > 0 && end.compareTo(to) < 0).sorted().forEach(ends::add);
        ends.add(to);
        Duration longest = Duration.ZERO;
        for (int i = 1; i < ends.size(); i++) {
            Duration gap = ends.get(i).minus(ends.get(i - 1));
            longest = gap.compareTo(longest) > 0 ? gap : longest;
        }
        return longest;
    }

    /** What clients were told most often when something failed, with numbers made alike. */
    List<Map.Entry<String, Integer>> errors(int most) {
        Map<String, Integer> counts = new HashMap<>();
        operations.stream().filter(one -> one.outcome() instanceof Outcome.Unknown)
            .forEach(one -> counts.merge(alike(one.outcome().text()), 1, Integer::sum));
        return counts.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue().reversed()
            .thenComparing(Map.Entry.comparingByKey())).limit(most).toList();
    }

    private static String alike(String text) {
        return text.replaceAll("[0-9a-f]{40}", "ID").replaceAll("port [0-9]+", "port P")
            .replaceAll("127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:P").replaceAll("chaos/[a-z0-9-]+", "REPO")
            .replaceAll("refs/heads/[a-z0-9/]+", "REF").replaceAll("^.*?(trine: )", "$1");
    }
}
