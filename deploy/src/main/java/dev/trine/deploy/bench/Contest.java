package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hosts of one transport doing the same work by turns, so that what else the machine does hits all of them alike. Used
 * by one thread.
 *
 * @param hosts ours first
 * @param load  what the suites share
 * @param rows  takes each row once it is complete
 */
record Contest(List<GitHost> hosts, Workload load, Consumer<Row> rows) {
    /** A measured piece of work. */
    @FunctionalInterface
    interface Turn {
        /** Returns the bytes that the client received; 0: not counted. */
        long run(GitHost host, int turn) throws IOException, InterruptedException;
    }

    /** What has to be done before a turn, and is not measured. */
    @FunctionalInterface
    interface Before {
        void run(GitHost host, int turn) throws IOException, InterruptedException;
    }

    Workload.Amounts amounts() {
        return load.amounts();
    }

    /** Measures a row. */
    void row(String title, int turns, Turn turn, Aim... aims) throws IOException, InterruptedException {
        row(title, turns, (host, i) -> { }, turn, aims);
    }

    /** Measures a row whose turns need something to be done before. */
    void row(String title, int turns, Before before, Turn turn, Aim... aims)
        throws IOException, InterruptedException {
        List<List<Cost>> costs = new ArrayList<>();
        hosts.forEach(host -> costs.add(new ArrayList<>()));
        for (int i = 0; i < turns; i++) {
            for (int host = 0; host < hosts.size(); host++) {
                int number = i;
                GitHost current = hosts.get(host);
                before.run(current, number);
                costs.get(host).add(new Meter(current).measure(() -> turn.run(current, number)));
            }
        }
        rows.accept(new Row(title, hosts, costs.stream().map(Costs::new).toList(), List.of(aims)));
    }
}
