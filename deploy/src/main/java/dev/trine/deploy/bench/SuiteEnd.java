package dev.trine.deploy.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How a suite ended.
 *
 * @param suite its name
 * @param over  the transport that it ran over, if it compares
 * @param took  how long that was, with all that had to be made for it
 * @param how   whether its figures are complete
 */
record SuiteEnd(String suite, Optional<GitHost.Transport> over, Duration took, How how) {
    /** Whether the figures of a suite are complete. */
    sealed interface How {
        /** They are. */
        record Complete() implements How {
        }

        /** They are not: something broke. */
        record Broken(String why) implements How {
        }

        /** There are none: this machine lacks something. */
        record NotRun(String remedy) implements How {
        }
    }

    boolean isComplete() {
        return how instanceof How.Complete;
    }

    /** The name, with the transport if there is one. */
    String title() {
        return suite + over.map(transport -> " over " + transport).orElse("");
    }

    /** What became of it, for people. */
    String outcome() {
        return switch (how) {
            case How.Complete complete -> "complete";
            case How.Broken broken -> "FAILED: " + broken.why();
            case How.NotRun lacking -> "NOT RUN: " + lacking.remedy();
        };
    }

    /** A line of the table. */
    String line() {
        return String.format(Locale.ROOT, "%-24s %7.1f s  %s", title(), took.toMillis() / 1e3, outcome());
    }
}
