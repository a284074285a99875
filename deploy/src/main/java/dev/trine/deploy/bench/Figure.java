package dev.trine.deploy.bench;

import java.util.Locale;

/**
 * One figure of this system alone.
 *
 * @param title  what was measured
 * @param unit   of the value
 * @param value  what was seen
 * @param wanted what we want it to be
 */
record Figure(String title, String unit, double value, Wanted wanted) {
    /** What we want a figure to be. */
    sealed interface Wanted {
        /** It is only to be known. */
        Wanted ANYTHING = new Anything();

        /** It is only to be known. */
        record Anything() implements Wanted {
        }

        /** Less is better. */
        record AtMost(double bound) implements Wanted {
        }

        /** More is better. */
        record AtLeast(double bound) implements Wanted {
        }
    }

    /** The value against what is wanted, for people. */
    String judged() {
        return switch (wanted) {
            case Wanted.Anything none -> "";
            case Wanted.AtMost most -> (value <= most.bound() ? "<= " : "MISSES at most ") + number(most.bound());
            case Wanted.AtLeast least -> (value >= least.bound() ? ">= " : "MISSES at least ")
                + number(least.bound());
        };
    }

    private static String number(double bound) {
        return bound == Math.rint(bound) ? String.format(Locale.ROOT, "%.0f", bound) : Double.toString(bound);
    }
}
