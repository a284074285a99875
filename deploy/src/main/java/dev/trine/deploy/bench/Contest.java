package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hosts of one transport doing the same work by turns, so that what else the machine does hits all of them alike. Used
 * by one thread.
 *
 * @param hosts ours first, then one of each peer
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

    GitHost.Transport transport() {
        return hosts.getFirst().transport();
    }

    /** A name that the same suite does not use over the other transport. */
    String own(String name) {
        return name + "-" + transport().name().toLowerCase(Locale.ROOT);
    }

    /** Measures a row. */
    void row(String title, int turns, Turn turn, Aim... aims) throws IOException, InterruptedException {
        row(title, turns, (host, i) -> { }, turn, aims);
    }

    /** Measures a row whose turns need something to be done before. */
    void row(String title, int turns, Before before, Turn turn, Aim... aims)
        throws IOException, InterruptedException {
        rows.accept(row(title, costs(title, turns, before, turn), List.of(aims), Optional.empty()));
    }

    /** Measures a place on a growth curve. */
    void step(Row.Step step, int turns, Turn turn) throws IOException, InterruptedException {
        rows.accept(row(step.work() + ", " + step.amount() + " " + step.grows(),
            costs(step.work(), turns, (host, i) -> { }, turn), List.of(), Optional.of(step)));
    }

    private Row row(String title, List<Costs> costs, List<Aim> aims, Optional<Row.Step> step) {
        Map<Peer, Costs> theirs = new EnumMap<>(Peer.class);
        for (int host = 1; host < hosts.size(); host++) {
            theirs.put(hosts.get(host).peer().orElseThrow(), costs.get(host));
        }
        return new Row(title, transport(), costs.getFirst(), theirs, aims, step);
    }

    private List<Costs> costs(String what, int turns, Before before, Turn turn)
        throws IOException, InterruptedException {
        List<Meter> meters = hosts.stream().map(Meter::new).toList();
        for (int i = 0; i < turns; i++) {
            for (int host = 0; host < hosts.size(); host++) {
                int number = i;
                GitHost current = hosts.get(host);
                meters.get(host).settle();
                before.run(current, number);
                try {
                    meters.get(host).measure(() -> turn.run(current, number));
                } catch (IOException e) {
                    throw new IOException(what + ", turn " + i + " of " + current.name() + ": " + e, e);
                }
            }
        }
        for (Meter meter : meters) {
            meter.settle();
        }
        return meters.stream().map(meter -> new Costs(meter.costs())).toList();
    }
}
