package dev.trine.deploy.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which fault begins when: a function of the seed, the length, the kinds and the names alone. One fault at a time, each
 * kind once before any comes again, between them a pause in which the cluster is whole.
 *
 * @param entries in order of time
 */
record Schedule(List<Entry> entries) {
    /** Before the first fault, and after the last one before clients stop. */
    static final Duration CALM = Duration.ofSeconds(5);
    private static final int PAUSE_MILLIS_MIN = 1_000;
    private static final int PAUSE_MILLIS_MAX = 3_000;
    /** What it takes on top to heal a fault, a process's start mostly; only a guess, the run waits for the fact. */
    private static final Duration HEALING = Duration.ofSeconds(3);
    private static final Duration RESTART_EACH = Duration.ofSeconds(3);
    private static final int[] DELAY_MILLIS = {20, 100, 400, 1_500};
    private static final int[] BYTES_PER_SECOND = {4 << 10, 32 << 10, 256 << 10};

    /**
     * A fault and its time.
     *
     * @param at    since the run's start; it begins later if the one before takes longer to heal
     * @param lasts how long until it is healed
     */
    record Entry(Duration at, Duration lasts, Fault fault) {
        @Override
        public String toString() {
            return String.format("%6.1f s  %-16s %s%s", at.toMillis() / 1000.0, fault.kind().id(), fault.target(),
                lasts.isZero() ? "" : String.format(", for %.1f s", lasts.toMillis() / 1000.0));
        }
    }

    /**
     * Makes the schedule of a seed.
     *
     * @param kinds    those that can be injected here
     * @param nodes    the git servers
     * @param services all processes that can be killed and frozen
     */
    static Schedule of(long seed, Duration length, Set<FaultKind> kinds, List<String> nodes, List<String> services) {
        Random random = new Random(seed);
        List<Entry> entries = new ArrayList<>();
        List<FaultKind> round = new ArrayList<>();
        Duration at = CALM;
        while (!kinds.isEmpty()) {
            if (round.isEmpty()) {
                round.addAll(new TreeSet<>(kinds));
                Collections.shuffle(round, random);
            }
            FaultKind kind = round.removeLast();
            Duration lasts = between(random, kind.shortest(), kind.longest());
            Fault fault = new Draw(random, nodes, services).fault(kind);
            Duration healed = at.plus(lasts).plus(kind == FaultKind.ROLLING_RESTART
                ? RESTART_EACH.multipliedBy(services.size()) : HEALING);
            if (healed.compareTo(length.minus(CALM)) > 0) {
                break;
            }
            entries.add(new Entry(at, lasts, fault));
            at = healed.plusMillis(random.nextInt(PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX));
        }
        return new Schedule(List.copyOf(entries));
    }

    private static Duration between(Random random, Duration shortest, Duration longest) {
        return shortest.equals(longest) ? shortest
            : Duration.ofMillis(random.nextLong(shortest.toMillis(), longest.toMillis()));
    }

    /** Draws whom a fault hits. */
    private record Draw(Random random, List<String> nodes, List<String> services) {
        Fault fault(FaultKind kind) {
            List<String> shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, random);
            String node = shuffled.getFirst();
            String other = shuffled.get(1);
            String service = services.get(random.nextInt(services.size()));
            int delay = DELAY_MILLIS[random.nextInt(DELAY_MILLIS.length)];
            int rate = BYTES_PER_SECOND[random.nextInt(BYTES_PER_SECOND.length)];
            return switch (kind) {
                case KILL -> new Fault.Kill(service);
                case FREEZE -> new Fault.Freeze(service);
                case ISOLATE -> new Fault.Isolate(node);
                case ONE_WAY -> new Fault.OneWay(node, other);
                case DELAY -> new Fault.Delay(node, Duration.ofMillis(delay));
                case THROTTLE -> new Fault.Throttle(node, rate);
                case RESET -> new Fault.Reset(node);
                case TWO_KILLED -> new Fault.TwoKilled(node, other);
                case DISK_FULL -> new Fault.DiskFull(node);
                case DISK_LOST -> new Fault.DiskLost(node);
                case DATABASE_KILLED, DATABASE_FROZEN, DATABASE_OLD -> new Fault.Database(kind);
                case ROLLING_RESTART -> new Fault.RollingRestart();
            };
        }
    }
}
