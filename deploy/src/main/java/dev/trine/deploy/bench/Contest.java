package dev.trine.deploy.bench;

import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hosts of one transport doing the same work by turns, so that what else the machine does hits all of them alike. Used
 * by one thread.
 *
 * @param hosts  ours first, then one of each peer
 * @param load   what the suites share
 * @param rows   takes each row once it is complete
 * @param broken takes what broke JGit's part of a row, which then is complete without it
 */
record Contest(List<GitHost> hosts, Workload load, Consumer<Row> rows, Consumer<String> broken) {
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

    /** The same contest without one of the peers. */
    Contest without(Peer peer) {
        return new Contest(hosts.stream().filter(host -> !host.peer().equals(Optional.of(peer))).toList(), load, rows,
            broken);
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

    private Row row(String title, Map<GitHost, Costs> costs, List<Aim> aims, Optional<Row.Step> step) {
        Map<Peer, Costs> theirs = new EnumMap<>(Peer.class);
        costs.forEach((host, cost) -> host.peer().ifPresent(peer -> theirs.put(peer, cost)));
        return new Row(title, transport(), costs.get(hosts.getFirst()), theirs, aims, step);
    }

    private Map<GitHost, Costs> costs(String what, int turns, Before before, Turn turn)
        throws IOException, InterruptedException {
        Map<GitHost, Meter> meters = new LinkedHashMap<>();
        hosts.forEach(host -> meters.put(host, new Meter(host)));
        for (int i = 0; i < turns; i++) {
            int number = i;
            for (GitHost host : List.copyOf(meters.keySet())) {
                try {
                    meters.get(host).settle();
                    before.run(host, number);
                    meters.get(host).measure(() -> turn.run(host, number));
                } catch (IOException e) {
                    String why = what + ", turn " + i + " of " + host.name() + ": " + e;
                    if (!host.peer().equals(Optional.of(Peer.JGIT))) {
                        throw new IOException(why, e);
                    }
                    broken.accept(why);
                    meters.remove(host);
                }
            }
        }
        Map<GitHost, Costs> costs = new LinkedHashMap<>();
        for (Map.Entry<GitHost, Meter> entry : meters.entrySet()) {
            entry.getValue().settle();
            costs.put(entry.getKey(), new Costs(entry.getValue().costs()));
        }
        return costs;
    }
}
