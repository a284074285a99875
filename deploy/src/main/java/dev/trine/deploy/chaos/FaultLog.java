package dev.trine.deploy.chaos;

import java.util.ArrayList;
import java.util.List;

/** The faults of a run as they really happened. One thread. */
final class FaultLog {
    private final Schedule schedule;
    private final List<FaultRecord> records = new ArrayList<>();
    private final List<String> ownDeaths = new ArrayList<>();

    FaultLog(Schedule schedule) {
        this.schedule = schedule;
    }

    void add(FaultRecord fault) {
        records.add(fault);
    }

    /** A process ended though nobody had ended it. */
    void addOwnDeath(String sentence) {
        ownDeaths.add(sentence);
    }

    List<FaultRecord> records() {
        return List.copyOf(records);
    }

    /**
     * A fault that does nothing is a defect of the lab; so is one that never comes, unless the run was
     * cut short. A line that nobody used while it was cut is none, as long as another cut of the kind met somebody.
     */
    CheckResult fired(Interruption interruption) {
        List<String> idle = new ArrayList<>(records.stream()
            .filter(fault -> !fault.fired() && !(interruption.hasCome() && fault == records.getLast()))
            .filter(fault -> !(fault.kind().isOnLines() && hasFired(fault.kind())))
            .map(fault -> fault.kind().id() + " of " + fault.entry().fault().target() + " did nothing").toList());
        schedule.entries().stream().map(entry -> entry.fault().kind()).distinct()
            .filter(kind -> !interruption.hasCome() && records.stream().noneMatch(fault -> fault.kind() == kind))
            .forEach(kind -> idle.add(kind.id() + " was planned and never came"));
        return new CheckResult("Every planned fault came and did something", records.size() + " faults of "
            + schedule.entries().stream().map(entry -> entry.fault().kind()).distinct().count() + " kinds", idle);
    }

    private boolean hasFired(FaultKind kind) {
        return records.stream().anyMatch(fault -> fault.kind() == kind && fault.fired());
    }

    CheckResult nobodyDiedAlone() {
        return new CheckResult("No process ended that nobody had ended", records.size() + " faults, after each a look"
            + " at all processes", ownDeaths);
    }
}
