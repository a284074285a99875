package dev.trine.lab.sim;

import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Ticket;
import dev.trine.server.replication.Timeouts;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Three nodes, a spare one, clients, routers and a bad network in one thread, wholly determined by a seed. Messages are
 * lost, delayed, repeated and reordered, links are cut, nodes crash between any two parts of a step, clocks drift; the
 * invariants are checked after every event.
 */
final class Simulation {
    static final long FAULTS_MILLIS = 12_000;
    private static final long QUIET_MILLIS = 1_000;
    private static final long PUSH_MILLIS = 12_000;
    private static final long END_MILLIS = 60_000;
    private static final int PROBER = 9;
    private static final int STEPS_MAX = 200_000;
    private static final int TRACE_MAX = 400;

    private final long seed;
    private final SplittableRandom random;
    private final Mutation mutation;
    private final History history = new History();
    private final Map<Member, SimulatedNode> nodes = new LinkedHashMap<>();
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Map<Ticket, Awaited> answers = new HashMap<>();
    private final Deque<Note> trace = new ArrayDeque<>();
    private final Map<Member, Member> cut = new HashMap<>();
    private final double loss;
    private final double crashes;
    private final long slowest;
    private final boolean hasty;
    private long now;
    private long order;
    private long tickets;
    private long pulls;
    private long steps;
    private long pushedSinceMended;

    Simulation(long seed, Mutation mutation) {
        this(seed, mutation, new SplittableRandom(seed), false);
    }

    private Simulation(long seed, Mutation mutation, SplittableRandom random, boolean calm) {
        this.seed = seed;
        this.mutation = mutation;
        this.random = random;
        this.loss = calm || random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.2;
        this.crashes = calm || random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.004;
        this.slowest = calm ? 5 : 1 + random.nextLong(random.nextInt(4) == 0 ? 600 : 40);
        this.hasty = !calm && random.nextBoolean();
        Timeouts timeouts = calm ? Timeouts.DEFAULT : hasty ? SimulatedNode.HASTY : SimulatedNode.PATIENT;
        List<Member> members = List.of(member(1), member(2), member(3));
        members.forEach(member -> nodes.put(member,
            new SimulatedNode(member, ReplicaState.created(members), timeouts, random.split(), mutation)));
        Member spare = member(4);
        nodes.put(spare, new SimulatedNode(spare, ReplicaState.learner(), timeouts, random.split(), mutation));
    }

    /** A cluster with the timeouts of production and no faults of its own, started. */
    static Simulation calm(long seed) {
        Simulation simulation = new Simulation(seed, Mutation.NONE, new SplittableRandom(seed), true);
        simulation.nodes.values().forEach(simulation::start);
        simulation.nodes.values().forEach(node -> node.mendClock(0));
        return simulation;
    }

    /** Lets everything happen that happens in that time. */
    void runFor(long millis) {
        long end = now + millis;
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event event = events.poll();
            now = event.at();
            steps++;
            event.action().run();
        }
        now = end;
    }

    static Member member(int number) {
        return new Member(new NodeId("n" + number), new Incarnation(("" + number).repeat(32)));
    }

    /** Runs to the end; an assertion error names seed and step. */
    History run() {
        try {
            nodes.values().forEach(this::start);
            int clients = 1 + random.nextInt(4);
            for (int i = 0; i < clients; i++) {
                new SimulatedClient(this, i).begin();
            }
            new SimulatedRouter(this).begin();
            new SimulatedFaults(this).begin();
            boolean mended = false;
            while (now < END_MILLIS && !(mended && isSettled())) {
                Event event = events.poll();
                if (event.at() > FAULTS_MILLIS && !mended) {
                    mended = true;
                    mend();
                }
                now = event.at();
                steps++;
                History.check(steps < STEPS_MAX, "a run ends", steps);
                event.action().run();
            }
            checkSettled();
            return history;
        } catch (AssertionError | RuntimeException e) {
            String events = trace.stream().map(Note::toString).collect(Collectors.joining(System.lineSeparator()));
            throw new AssertionError("seed " + seed + ", step " + steps + ", " + now + " ms: " + e.getMessage()
                + System.lineSeparator() + events, e);
        }
    }

    /** How many events there were. */
    long steps() {
        return steps;
    }

    /** When a push first succeeded after the end of the faults, in milliseconds since then. */
    long recoveryMillis() {
        return pushedSinceMended - FAULTS_MILLIS;
    }

    SplittableRandom random() {
        return random;
    }

    Mutation mutation() {
        return mutation;
    }

    History history() {
        return history;
    }

    long now() {
        return now;
    }

    /** A client's push was acknowledged. */
    void pushed() {
        if (pushedSinceMended == 0 && !isFaulty()) {
            pushedSinceMended = now;
        }
    }

    /** Nobody asks for anything new: the faults have ended and a push has succeeded since. */
    boolean isEnding() {
        return now > FAULTS_MILLIS + QUIET_MILLIS && pushedSinceMended > 0;
    }

    boolean isFaulty() {
        return now <= FAULTS_MILLIS;
    }

    Collection<SimulatedNode> nodes() {
        return nodes.values();
    }

    SimulatedNode node(Member member) {
        return nodes.get(member);
    }

    /** Whether locks change hands and faults come all the time. */
    boolean isHasty() {
        return hasty;
    }

    /** A member of the newest generation that any node knows. */
    List<Member> members() {
        return nodes.values().stream().map(node -> node.disk().state())
            .max(Comparator.comparingLong(ReplicaState::generation)).orElseThrow().members();
    }

    void after(long millis, Runnable action) {
        events.add(new Event(now + millis, order++, action));
    }

    /** Remembers what happens, for the report of a failure; put into words only then. */
    void note(Object... what) {
        trace.addLast(new Note(now, what));
        if (trace.size() > TRACE_MAX) {
            trace.removeFirst();
        }
    }

    /** Something travels: it arrives late, twice, or never. */
    void travel(Member from, Member to, Runnable arrival) {
        if (isFaulty() && (random.nextDouble() < loss || isCut(from, to))) {
            return;
        }
        after(delay(), arrival);
        if (isFaulty() && random.nextInt(20) == 0) {
            after(delay() * 3, arrival);
        }
    }

    long delay() {
        return isFaulty() ? 1 + random.nextLong(slowest) : 1 + random.nextLong(5);
    }

    void cut(Member one, Member other) {
        cut.put(one, other);
    }

    void joinAll() {
        cut.clear();
    }

    void start(SimulatedNode node) {
        node.start(now);
        int life = node.life();
        tick(node, life);
    }

    /** Asks a node locally; the answer comes once, or never if the node crashes or is down. */
    void ask(SimulatedNode node, Function<Ticket, Message> request,
             BiConsumer<Answer, SimulatedNode> answered, Runnable crashed) {
        if (!node.isUp()) {
            crashed.run();
            return;
        }
        Ticket ticket = new Ticket(++tickets);
        Message asked = request.apply(ticket);
        Misjudgement misjudgement = new Misjudgement(mutation, node, history);
        Optional<Answer> hasty = misjudgement.hasty(asked, now);
        if (hasty.isPresent()) {
            after(0, () -> answered.accept(hasty.get(), node));
            return;
        }
        answers.put(ticket, new Awaited(node.member(), node.life(), answered, crashed));
        deliver(node, misjudgement.misread(asked));
    }

    /** Gives a node a message and carries out what it wants done. */
    void deliver(SimulatedNode node, Message message) {
        if (!node.isUp()) {
            return;
        }
        if (!(message instanceof Message.Tick)) {
            note(node.member().node(), "<-", message);
        }
        boolean crash = isFaulty() && random.nextDouble() < (message instanceof Message.Tick ? crashes / 20 : crashes);
        Batch[] written = {Batch.EMPTY};
        List<Effect> effects = node.step(now, message, crash, batch -> written[0] = batch);
        if (!written[0].isEmpty()) {
            note("  ", node.member().node(), "writes", written[0]);
            history.look(node, message, written[0], nodes.values());
        }
        effects.forEach(effect -> carryOut(node, effect));
        if (!node.isUp()) {
            crashed(node);
        }
    }

    void crash(SimulatedNode node) {
        crashed(node);
    }

    private void crashed(SimulatedNode node) {
        kill(node);
        after(random.nextLong(3_000), () -> restart(node));
    }

    /** It is down, and stays down. */
    void kill(SimulatedNode node) {
        node.crash();
        note("  ", node.member().node(), "crashes");
        answers.entrySet().stream().filter(it -> it.getValue().at().equals(node.member()))
            .map(Map.Entry::getKey).sorted(Comparator.comparingLong(Ticket::number)).toList()
            .forEach(ticket -> answers.remove(ticket).crashed().run());
    }

    private void restart(SimulatedNode node) {
        if (!node.isUp()) {
            note(node.member().node(), "starts");
            start(node);
            catchUp(node);
        }
    }

    /** What a driver does when it starts: asks a peer for what it missed. */
    private void catchUp(SimulatedNode node) {
        List<Member> others = nodes.keySet().stream().filter(other -> !other.equals(node.member())).toList();
        pull(node, node.life(), others.get(random.nextInt(others.size())));
    }

    private void tick(SimulatedNode node, int life) {
        if (node.isUp() && node.life() == life) {
            if (!node.isIdle(now)) {
                deliver(node, new Message.Tick());
            }
            after(20, () -> tick(node, life));
        }
    }

    private void carryOut(SimulatedNode node, Effect effect) {
        int life = node.life();
        switch (effect) {
            case Effect.Send send -> send(node, life, send.envelope());
            case Effect.Reply reply -> {
                note("  ", node.member().node(), "answers", reply);
                Awaited awaited = answers.remove(reply.ticket());
                History.check(awaited != null, "a request is answered once", reply);
                after(0, () -> awaited.answered().accept(reply.answer(), node));
            }
            case Effect.FetchObjects fetch -> transfer(node(fetch.from()), node, fetch.pushes(), done ->
                report(node, life, done
                    ? new Message.ObjectsFetched(fetch.from(), LogEntries.ids(fetch.pushes()))
                    : new Message.ObjectsNotFetched(fetch.from())));
            case Effect.StageTo stage -> transfer(node, node(stage.peer()), stage.pushes(), done ->
                report(node, life, done
                    ? new Message.StagedAt(stage.peer(), LogEntries.ids(stage.pushes()))
                    : new Message.NotStagedAt(stage.peer())));
            case Effect.StartPull pull -> pull(node, life, pull.from());
        }
    }

    private void send(SimulatedNode node, int life, Envelope envelope) {
        note("  ", node.member().node(), "->", envelope.target().node(), envelope.payload());
        SimulatedNode target = node(envelope.target());
        if (isCut(node.member(), target.member()) && isFaulty() || !target.isUp()) {
            if (random.nextBoolean()) {
                after(delay(), () -> report(node, life, new Message.Unreachable(target.member())));
            }
            return;
        }
        Tampering tampering = new Tampering(mutation, node, target, envelope);
        tampering.answeredAtOnce().ifPresent(forged -> report(node, life, new Message.Received(forged)));
        travel(node.member(), target.member(), () -> arrive(tampering, target));
    }

    private void arrive(Tampering tampering, SimulatedNode target) {
        Optional<Envelope> forged = tampering.answeredInstead(now);
        if (forged.isPresent()) {
            send(target, target.life(), forged.get());
            return;
        }
        deliver(target, new Message.Received(tampering.arriving()));
        tampering.arrivingAfter().ifPresent(more -> deliver(target, new Message.Received(more)));
    }

    private void report(SimulatedNode node, int life, Message message) {
        after(delay(), () -> {
            if (node.life() == life) {
                deliver(node, message);
            }
        });
    }

    /** Objects go from one node to another, if both are up and the link is. */
    private void transfer(SimulatedNode from, SimulatedNode to, List<LogEntry.Push> pushes, Consumer<Boolean> done) {
        after(delay() * 2, () -> {
            boolean works = from.isUp() && to.isUp() && from.hasObjects(pushes)
                && !(isFaulty() && (isCut(from.member(), to.member()) || random.nextDouble() < loss));
            if (works) {
                to.takeObjects(pushes);
            }
            done.accept(works);
        });
    }

    private void pull(SimulatedNode node, int life, Member from) {
        SimulatedNode source = node(from);
        after(delay(), () -> {
            boolean works = source.isUp() && source.disk().state().role() != Role.LEARNER
                && !(isFaulty() && (isCut(node.member(), from) || random.nextDouble() < loss));
            ReplicaState state = source.disk().state();
            if (!works || node.life() != life) {
                report(node, life, new Message.NotPulled(from));
                return;
            }
            PullId id = new PullId(++pulls);
            node.disk().receive(id, source.disk().refs());
            List<RecordedOutcome> outcomes = source.disk().outcomes();
            List<PushId> objects = List.copyOf(source.disk().objects());
            Chain chain = state.committed().equals(state.base()) ? state.baseChain()
                : source.disk().log().get(state.committed().version()).chain();
            after(delay() * 3, () -> {
                if (node.life() == life && node.isUp()) {
                    node.disk().objects().addAll(objects);
                    deliver(node, new Message.Pulled(id, from, state.generation(), state.members(),
                        state.committed(), chain, outcomes));
                }
            });
        });
    }

    boolean isCut(Member one, Member other) {
        return other.equals(cut.get(one)) || one.equals(cut.get(other));
    }

    private void mend() {
        note("mended");
        joinAll();
        nodes.values().stream().filter(node -> !node.isUp()).forEach(this::restart);
        nodes.values().forEach(node -> node.mendClock(now));
        new SimulatedClient(this, PROBER).begin();
    }

    private boolean isSettled() {
        return isEnding() && answers.isEmpty() && converged();
    }

    private boolean converged() {
        return members().stream().map(this::node).allMatch(node ->
            node.disk().state().committed().version() == history.last() && node.isUp() && node.isIdle(now));
    }

    private void checkSettled() {
        History.check(pushedSinceMended > 0 && pushedSinceMended <= FAULTS_MILLIS + PUSH_MILLIS,
            "a push succeeds soon after the faults have ended", pushedSinceMended);
        History.check(converged(), "when faults have ended all members agree and rest", history.last(),
            members().stream().map(this::node).map(node -> node.disk().state() + " idle " + node.isIdle(now)).toList());
        History.check(answers.isEmpty(), "every request is answered", answers);
    }

    private record Note(long at, Object[] what) {
        @Override
        public String toString() {
            return at + " " + Arrays.stream(what).map(String::valueOf).collect(Collectors.joining(" "));
        }
    }

    private record Event(long at, long order, Runnable action) {
    }

    private record Awaited(Member at, int life, BiConsumer<Answer, SimulatedNode> answered, Runnable crashed) {
    }
}
