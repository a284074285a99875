package dev.trine.deploy.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kind of work, done by turns by hosts of one transport.
 *
 * @param title     what was measured
 * @param transport of all
 * @param ours      what it cost us
 * @param theirs    what it cost the peers that took part
 * @param aims      what we want our ratio to C Git to be
 * @param step      its place on a growth curve, if it belongs to one
 */
record Row(String title, GitHost.Transport transport, Costs ours, Map<Peer, Costs> theirs, List<Aim> aims,
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

    /** What it cost a peer, if it took part. */
    Optional<Costs> of(Peer peer) {
        return Optional.ofNullable(theirs.get(peer));
    }

    /** Our cost to a peer's; none, if that was too small to be seen, was not counted, or the peer took no part. */
    Optional<Double> ratio(Peer peer, Cost.Metric metric) {
        return of(peer).map(costs -> costs.typical(metric)).filter(cost -> cost > 0)
            .map(cost -> ours.typical(metric) / cost);
    }

    Optional<Aim> aim(Cost.Metric metric) {
        return aims.stream().filter(aim -> aim.metric() == metric).findFirst();
    }
}
