package dev.trine.lab.sim;

import static dev.trine.lab.sim.Violation.check;

import dev.trine.common.model.Member;
import dev.trine.lab.history.Ledger;
import dev.trine.lab.history.LinearizabilityCheck;
import dev.trine.lab.history.Snapshots;
import dev.trine.lab.history.Verdict;
import dev.trine.router.routing.Placement;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.BrokenInvariant;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.ReplicaState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Three nodes and two spare ones, two routers, clients, operators and a bad world in one thread, wholly determined by a
 * seed (docs/SIMULATION.md). The invariants are checked after every event that changes a disk; when the faults have
 * ended, all must agree and rest, and what clients saw must be linearizable.
 */
public final class Simulation {
    private static final long FAULTS_MILLIS = 9_000;
    private static final long QUIET_MILLIS = 1_000;
    private static final long PUSH_MILLIS = 12_000;
    private static final long END_MILLIS = 60_000;
    private static final int STEPS_MAX = 300_000;
    private static final int NODES = 5;
    private static final int PROBER = 9;
    private static final int FRAMES = 8;

    private final long seed;
    private final Mistakes mistakes;
    private final Conditions conditions;
    private final Timeline timeline;
    private final Trace trace;
    private final FaultCounts faults = new FaultCounts();
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final Ledger ledger = new Ledger();
    private final Losses losses = new Losses();
    private final Invariants invariants = new Invariants(losses);
    private final Network network;
    private final Directory directory;
    private final Cluster cluster;
    private final List<SimulatedRouter> routers;
    private final Moves moves;
    private long pushedSinceMended;

    private Simulation(long seed, Mistakes mistakes, boolean calm, Optional<Consumer<String>> listener) {
        SplittableRandom random = new SplittableRandom(seed);
        this.seed = seed;
        this.mistakes = mistakes;
        this.conditions = calm ? Conditions.calm() : Conditions.of(random);
        this.timeline = new Timeline(random, calm ? -1 : FAULTS_MILLIS);
        this.trace = listener.map(to -> Trace.of(timeline, to)).orElseGet(() -> Trace.ofEnd(timeline));
        this.network = new Network(timeline, conditions, faults);
        List<SimulatedNode> nodes = new ArrayList<>();
        for (int number = 1; number <= NODES; number++) {
            nodes.add(new SimulatedNode(number, conditions.timeouts(), random.split(), mistakes, faults));
        }
        List<Member> members = nodes.stream().limit(Placement.MEMBERS).map(SimulatedNode::member).toList();
        nodes.stream().limit(Placement.MEMBERS).forEach(node -> node.create(ReplicaState.created(members)));
        this.cluster = new Cluster(this, nodes);
        Placement first = new Placement(1, members);
        this.directory = new Directory(faults, first);
        this.routers = List.of(new SimulatedRouter(this, 0, first), new SimulatedRouter(this, 1, first));
        this.moves = new Moves(this);
    }

    /** Runs a seed to its end. */
    public static SeedResult run(long seed) {
        return run(seed, Mistakes.NONE, Optional.empty());
    }

    /** Runs a seed to its end and tells everything that happens, line by line. */
    public static SeedResult run(long seed, Consumer<String> trace) {
        return run(seed, Mistakes.NONE, Optional.of(trace));
    }

    static SeedResult run(long seed, Mistakes mistakes, Optional<Consumer<String>> trace) {
        return new Simulation(seed, mistakes, false, trace).toEnd();
    }

    /** A cluster with the timeouts of production, right clocks and no faults of its own, started. */
    static Simulation calm(long seed) {
        Simulation simulation = new Simulation(seed, Mistakes.NONE, true, Optional.empty());
        simulation.cluster.nodes().forEach(simulation.cluster::start);
        simulation.cluster.nodes().forEach(node -> node.mendClock(0));
        return simulation;
    }

    private SeedResult toEnd() {
        Optional<SeedResult.Failure> failure = Optional.empty();
        try {
            live();
            checkSettled();
            checkHistory();
        } catch (Violation | BrokenInvariant e) {
            failure = Optional.of(new SeedResult.Failure(e.getMessage(), timeline.now(), trace.end()));
        } catch (RuntimeException e) {
            String where = Arrays.stream(e.getStackTrace()).limit(FRAMES).map(StackTraceElement::toString)
                .collect(Collectors.joining(", "));
            failure = Optional.of(new SeedResult.Failure("a defect: " + e + ": [" + where + "]", timeline.now(),
                trace.end()));
        }
        return new SeedResult(seed, timeline.steps(), trace.fingerprint(), faults, outcomes, failure);
    }

    private void live() {
        cluster.nodes().forEach(cluster::start);
        for (int i = 0; i < conditions.clients(); i++) {
            new SimulatedClient(this, i).begin();
        }
        moves.begin();
        new FaultPlan(this).begin();
        boolean mended = false;
        while (timeline.now() < END_MILLIS && !(mended && isSettled())) {
            if (!timeline.next(mended ? END_MILLIS : FAULTS_MILLIS)) {
                if (mended) {
                    return;
                }
                mended = true;
                timeline.runFor(FAULTS_MILLIS + 1 - timeline.now());
                mend();
            }
            check(timeline.steps() < STEPS_MAX, "a run ends", timeline.steps());
        }
    }

    private void mend() {
        note("the faults have ended");
        network.joinAll();
        directory.comeBack();
        cluster.nodes().forEach(node -> node.disk().full(false));
        cluster.nodes().forEach(cluster::restart);
        cluster.nodes().forEach(node -> node.mendClock(timeline.now()));
        moves.mend();
        new SimulatedClient(this, PROBER).begin();
    }

    private boolean isSettled() {
        return isEnding() && !cluster.isAwaited() && moves.isEmpty() && isLevel();
    }

    private boolean isLevel() {
        return cluster.members().stream().map(cluster::node).allMatch(node -> node.hosts()
            && cluster.members().contains(node.member())
            && node.disk().state().committed().version() == invariants.last()
            && !node.disk().isWithdrawn() && node.isIdle(timeline.now()));
    }

    private void checkSettled() {
        check(pushedSinceMended > 0 && pushedSinceMended <= FAULTS_MILLIS + PUSH_MILLIS,
            "a push succeeds soon after the faults have ended", pushedSinceMended);
        check(isLevel(), "when faults have ended all members agree and rest", invariants.last(),
            cluster.nodes().stream().map(node -> node.member() + (node.disk().hasReplica()
                ? " " + node.disk().state() + " idle " + node.isIdle(timeline.now()) : "")).toList());
        check(!cluster.isAwaited(), "every request is answered");
        check(moves.isEmpty(), "every replacement comes to its end", moves);
    }

    private void checkHistory() {
        Verdict verdict = new LinearizabilityCheck(Map.of(), Snapshots.WHOLE, LinearizabilityCheck.STATES_MAX)
            .check(ledger.operations());
        switch (verdict) {
            case Verdict.Linearizable fine -> { }
            case Verdict.Violated violated -> throw new Violation("what clients saw is not linearizable: "
                + violated.explanation());
            case Verdict.Undecided open -> throw new Violation("whether what clients saw is linearizable could not be "
                + "decided: " + open);
        }
    }

    /** A node's batch is durable. */
    void wrote(SimulatedNode node, Message cause, Batch batch) {
        note("  ", node.member().node(), "writes", batch);
        SimulatedDisk disk = node.disk();
        long seals = invariants.seals();
        trace.mark(node.place(), disk.last(), disk.state().committed(), disk.state().promised().counter());
        invariants.look(node, cause, batch, cluster.nodes());
        if (invariants.seals() > seals) {
            faults.happened(Fault.MEMBER_REPLACED);
        }
    }

    /** A client's operation has come to its end. */
    void ended(Outcome outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
        if (outcome == Outcome.COMMITTED && pushedSinceMended == 0 && !timeline.isFaulty()) {
            pushedSinceMended = timeline.now();
        }
    }

    /** Nobody asks for anything new: the faults have ended and a push has succeeded since. */
    boolean isEnding() {
        return timeline.now() > FAULTS_MILLIS + QUIET_MILLIS && pushedSinceMended > 0;
    }

    void note(Object... what) {
        trace.note(what);
    }

    Mistakes mistakes() {
        return mistakes;
    }

    Conditions conditions() {
        return conditions;
    }

    Timeline timeline() {
        return timeline;
    }

    SplittableRandom random() {
        return timeline.random();
    }

    FaultCounts faults() {
        return faults;
    }

    Ledger ledger() {
        return ledger;
    }

    Losses losses() {
        return losses;
    }

    Invariants invariants() {
        return invariants;
    }

    Network network() {
        return network;
    }

    Directory directory() {
        return directory;
    }

    Cluster cluster() {
        return cluster;
    }

    SimulatedRouter router(int number) {
        return routers.get(number);
    }

    Moves moves() {
        return moves;
    }
}
