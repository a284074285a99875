package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.List;

/**
 * A group of figures about one kind of work.
 *
 * @param name  short name, a key in the JSON
 * @param title what is measured, for people
 * @param work  takes the figures
 * @param over  the transports that a comparison runs over unless somebody chooses; empty: it compares nothing
 */
record Suite(String name, String title, Work work, List<GitHost.Transport> over) {
    Suite {
        over = List.copyOf(over);
    }

    /** The work of a suite. */
    sealed interface Work {
        /** Hosts of one transport against each other; run for each transport. */
        @FunctionalInterface
        non-sealed interface Paired extends Work {
            void run(Contest contest) throws IOException, InterruptedException;
        }

        /** What no peer has; run once. */
        @FunctionalInterface
        non-sealed interface Own extends Work {
            void run(Alone alone) throws IOException, InterruptedException;
        }
    }

    /** A suite that compares, over both transports. */
    static Suite paired(String name, String title, Work.Paired work) {
        return new Suite(name, title, work, List.of(GitHost.Transport.HTTP, GitHost.Transport.SSH));
    }

    /** A suite that compares what the transport has little to do with: HTTP is enough. */
    static Suite overHttp(String name, String title, Work.Paired work) {
        return new Suite(name, title, work, List.of(GitHost.Transport.HTTP));
    }

    /** A suite of this system alone. */
    static Suite own(String name, String title, Work.Own work) {
        return new Suite(name, title, work, List.of());
    }
}
