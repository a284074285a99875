package dev.trine.deploy.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All that a run has seen.
 *
 * @param operations  what clients did
 * @param faults      what was done to the cluster
 * @param checks      what was found at the end
 * @param footprints  what each process held, by its name
 * @param environment facts about the machine, by name
 * @param worked      how long clients worked
 */
record RunResult(ChaosSettings settings, List<Operation> operations, List<FaultRecord> faults,
                 List<CheckResult> checks, Map<String, Footprints.Pair> footprints, Map<String, String> environment,
                 Duration worked) {
    RunResult {
        operations = List.copyOf(operations);
        faults = List.copyOf(faults);
        checks = List.copyOf(checks);
    }

    /** What does it again. */
    String command() {
        return settings.command();
    }

    boolean passed() {
        return checks.stream().allMatch(CheckResult::holds);
    }
}
