package dev.trine.deploy.bench;

import java.util.List;
import java.util.Optional;

/**
 * One kind of work, done by turns by two hosts of one transport.
 *
 * @param title what was measured
 * @param hosts ours, then the peer
 * @param costs in the order of the hosts
 * @param aims  what we want
 */
record Row(String title, List<GitHost> hosts, List<Costs> costs, List<Aim> aims) {
    /** Our cost to the peer's; none, if the peer's was too small to be seen or this was not counted. */
    Optional<Double> ratio(Cost.Metric metric) {
        double theirs = costs.get(1).typical(metric);
        return theirs <= 0 ? Optional.empty() : Optional.of(costs.get(0).typical(metric) / theirs);
    }

    Optional<Aim> aim(Cost.Metric metric) {
        return aims.stream().filter(aim -> aim.metric() == metric).findFirst();
    }
}
