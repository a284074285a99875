package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.List;

/**
 * One kind of work, done by turns against each host, so that what else the machine does hits all of them alike.
 *
 * @param name  short name, a key in the JSON
 * @param title what is measured, for the table
 * @param work  does it
 */
record Scenario(String name, String title, Work work) {
    /** The work of a scenario. */
    @FunctionalInterface
    interface Work {
        /** Does it; the samples stand in the order of the hosts. */
        List<Samples> run(List<GitHost> hosts, Workload load) throws IOException, InterruptedException;
    }
}
