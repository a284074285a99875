package dev.trine.lab.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What many runs came to. One thread at a time. */
public final class Summary {
    /** In so many seeds every fault must have happened: if not, the lab is at fault. */
    public static final long SEEDS_FOR_EVERY_FAULT = 1_000;

    private final long from;
    private final long wanted;
    private final FaultCounts faults = new FaultCounts();
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final List<SeedResult> failed = new ArrayList<>();
    private long seeds;
    private long events;
    private double seconds;

    /** Nothing yet of so many seeds, from that one on. */
    Summary(long from, long wanted) {
        this.from = from;
        this.wanted = wanted;
    }

    void add(SeedResult result) {
        seeds++;
        events += result.events();
        faults.add(result.faults());
        result.outcomes().forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
        if (result.failure().isPresent()) {
            failed.add(result);
        }
    }

    void took(double wallSeconds) {
        seconds = wallSeconds;
    }

    /** Seeds that were run. */
    public long seeds() {
        return seeds;
    }

    /** Runs of which something was wrong, the lowest seed first. */
    public List<SeedResult> failed() {
        return failed.stream().sorted((a, b) -> Long.compare(a.seed(), b.seed())).toList();
    }

    /** Faults that should have happened and never did: the lab is blind there. */
    public List<Fault> missing() {
        return seeds < SEEDS_FOR_EVERY_FAULT ? List.of() : faults.missing();
    }

    /** Whether somebody ended the search before it was over. */
    public boolean isInterrupted() {
        return failed.isEmpty() && seeds < wanted;
    }

    /** Whether every run that was asked for was as it should be, and the lab too. */
    public boolean isGood() {
        return failed.isEmpty() && missing().isEmpty() && !isInterrupted();
    }

    /** For programs. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("from", from);
        map.put("seeds", seeds);
        map.put("seconds", Math.round(seconds * 10) / 10.0);
        map.put("seedsPerSecond", Math.round(perSecond() * 10) / 10.0);
        map.put("events", events);
        Map<String, Long> happened = new LinkedHashMap<>();
        for (Fault fault : Fault.values()) {
            happened.put(word(fault.name()), faults.of(fault));
        }
        map.put("faults", happened);
        Map<String, Long> operations = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            operations.put(word(outcome.name()), outcomes.getOrDefault(outcome, 0L));
        }
        map.put("operations", operations);
        map.put("failedSeeds", failed().stream().map(SeedResult::seed).toList());
        map.put("failures", failed().stream().map(SeedResult::failure).flatMap(Optional::stream)
            .map(SeedResult.Failure::what).toList());
        map.put("faultsThatNeverHappened", missing().stream().map(fault -> word(fault.name())).toList());
        map.put("interrupted", isInterrupted());
        map.put("good", isGood());
        return map;
    }

    /** For people. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%,d seeds from %d in %.1f s (%.0f seeds/s), %,d events%n%n", seeds,
            from, seconds, perSecond(), events));
        text.append(String.format("faults that happened (%,d)%n", faults.sum()));
        for (Fault fault : Fault.values()) {
            line(text, faults.of(fault), word(fault.name()), fault.meaning());
        }
        text.append(String.format("%noperations of clients%n"));
        for (Outcome outcome : Outcome.values()) {
            line(text, outcomes.getOrDefault(outcome, 0L), word(outcome.name()), outcome.meaning());
        }
        text.append(String.format("%n%s%n", verdict()));
        return text.toString();
    }

    private String verdict() {
        if (!failed.isEmpty()) {
            return "FAILED: seed " + failed().getFirst().seed() + (failed.size() > 1 ? " and " + (failed.size() - 1)
                + " more" : "");
        }
        if (isInterrupted()) {
            return String.format(Locale.ROOT, "interrupted after %,d of %,d seeds: in those every invariant held",
                seeds, wanted);
        }
        return missing().isEmpty() ? "passed: every invariant held, every history was linearizable, all converged"
            : "FAILED: the lab never made these faults happen: "
                + String.join(", ", missing().stream().map(fault -> word(fault.name())).toList());
    }

    private double perSecond() {
        return seconds == 0 ? 0 : seeds / seconds;
    }

    private static void line(StringBuilder text, long count, String name, String meaning) {
        text.append(String.format(Locale.ROOT, "  %,13d  %-22s  %s%n", count, name, meaning));
    }

    private static String word(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
