package dev.trine.deploy.chaos;

import java.util.List;

/**
 * What one check found.
 *
 * @param name     what it claims, as a sentence
 * @param examined how much it looked at, in words
 * @param faults   sentences about what is wrong; none: it holds
 */
record CheckResult(String name, String examined, List<String> faults) {
    CheckResult {
        faults = List.copyOf(faults);
    }

    boolean holds() {
        return faults.isEmpty();
    }
}
