package dev.trine.deploy.bench;

import java.util.function.Consumer;

/**
 * What a suite without a peer works with. Used by one thread.
 *
 * @param cluster running, filled by other suites maybe
 * @param load    what the suites share
 * @param figures takes each figure once it is known
 */
record Alone(LocalCluster cluster, Workload load, Consumer<Figure> figures) {
    Workload.Amounts amounts() {
        return load.amounts();
    }

    /** Reports a figure that nothing is wanted of. */
    void figure(String title, String unit, double value) {
        figures.accept(new Figure(title, unit, value, Figure.Wanted.ANYTHING));
    }

    /** Reports a figure that should be so much or less. */
    void atMost(double bound, String title, String unit, double value) {
        figures.accept(new Figure(title, unit, value, new Figure.Wanted.AtMost(bound)));
    }

    /** Reports a figure that should be so much or more. */
    void atLeast(double bound, String title, String unit, double value) {
        figures.accept(new Figure(title, unit, value, new Figure.Wanted.AtLeast(bound)));
    }
}
