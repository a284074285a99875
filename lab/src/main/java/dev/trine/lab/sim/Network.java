package dev.trine.lab.sim;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Links between nodes, routers, clients and controllers: everything that travels may be late, doubled or lost. */
final class Network {
    /** Where clients are, with the proxies that speak for them. */
    static final int FRONT = 7;
    /** Where controllers of replacements are. */
    static final int CONTROLLERS = 8;
    /** Routers, after the nodes. */
    static final int ROUTERS = 5;
    private static final int PLACES = 9;
    private static final int SLOW_MILLIS = 200;

    private final Timeline timeline;
    private final SplittableRandom random;
    private final Conditions conditions;
    private final FaultCounts faults;
    private final boolean[][] cut = new boolean[PLACES][PLACES];
    private final long[][] latest = new long[PLACES][PLACES];

    Network(Timeline timeline, Conditions conditions, FaultCounts faults) {
        this.timeline = timeline;
        this.random = timeline.random().split();
        this.conditions = conditions;
        this.faults = faults;
    }

    /** Brings something from one place to another: late, twice, or never. */
    void carry(int from, int to, Runnable arrival) {
        if (isLost(from, to)) {
            return;
        }
        arrive(from, to, delay(), arrival);
        if (timeline.isFaulty() && random.nextInt(20) == 0) {
            faults.happened(Fault.MESSAGE_REPEATED);
            arrive(from, to, delay() * 3, arrival);
        }
    }

    /** Brings a request or its answer over a connection: late or never, but not twice. */
    void call(int from, int to, Runnable arrival) {
        if (!isLost(from, to)) {
            arrive(from, to, delay(), arrival);
        }
    }

    /** Whether what would travel there now is lost on its way. */
    boolean isLost(int from, int to) {
        if (!timeline.isFaulty()) {
            return false;
        }
        if (isCut(from, to)) {
            faults.happened(isCut(to, from) ? Fault.LINK_CUT : Fault.LINK_CUT_ONE_WAY);
            return true;
        }
        if (random.nextDouble() < conditions.loss()) {
            faults.happened(Fault.MESSAGE_LOST);
            return true;
        }
        return false;
    }

    boolean isCut(int from, int to) {
        return cut[from][to];
    }

    void cut(int from, int to) {
        cut[from][to] = true;
    }

    void joinAll() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }

    /** How long something takes, in milliseconds. */
    long delay() {
        return timeline.isFaulty() ? 1 + random.nextLong(conditions.slowest()) : 1 + random.nextLong(5);
    }

    private void arrive(int from, int to, long delay, Runnable arrival) {
        long at = timeline.now() + delay;
        if (at < latest[from][to]) {
            faults.happened(Fault.MESSAGE_OVERTAKEN);
        }
        if (delay > SLOW_MILLIS) {
            faults.happened(Fault.MESSAGE_DELAYED);
        }
        latest[from][to] = Math.max(latest[from][to], at);
        timeline.after(delay, arrival);
    }
}
