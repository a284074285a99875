package dev.trine.deploy.bench;

import java.io.IOException;

/**
 * A group of rows that measure one kind of work.
 *
 * @param name  short name, a key in the JSON
 * @param title what is measured, for people
 * @param work  does it with the hosts of one transport
 */
record Suite(String name, String title, Work work) {
    /** The work of a suite. */
    @FunctionalInterface
    interface Work {
        /** Does it and reports rows. */
        void run(Contest contest) throws IOException, InterruptedException;
    }
}
