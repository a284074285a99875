package dev.trine.deploy.bench;

import java.util.List;
import java.util.Optional;

/**
 * One kind of work, done by turns by two hosts of one transport.
 *
 * @param title     what was measured
 * @param transport of both
 * @param peer      whose cost ours is compared with
 * @param costs     ours, then the peer's
 * @param aims      what we want
 * @param step      its place on a growth curve, if it belongs to one
 */
record Row(String title, GitHost.Transport transport, String peer, List<Costs> costs, List<Aim> aims,
           Optional<Step> step) {
    /**
     * A place on a growth curve.
     *
     * @param work   what is done
     * @param grows  what grows meanwhile
     * @param amount of it
     */
    record Step(String work, String grows, int amount) {
        boolean isOnCurveOf(Step other) {
            return work.equals(other.work) && grows.equals(other.grows);
        }
    }

    /** Our cost to the peer's; none, if the peer's was too small to be seen or this was not counted. */
    Optional<Double> ratio(Cost.Metric metric) {
        double theirs = costs.get(1).typical(metric);
        return theirs <= 0 ? Optional.empty() : Optional.of(costs.get(0).typical(metric) / theirs);
    }

    Optional<Aim> aim(Cost.Metric metric) {
        return aims.stream().filter(aim -> aim.metric() == metric).findFirst();
    }
}
