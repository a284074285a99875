package dev.trine.lab.sim;

import static dev.trine.lab.sim.Violation.check;

import dev.trine.common.model.Member;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Ticket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** The nodes and what their drivers do: bring messages and objects from one to another, wait for answers, restart. */
final class Cluster {
    private static final int TICK_MILLIS = 20;
    private static final int DOWN_MILLIS = 3_000;

    private final Simulation simulation;
    private final Timeline timeline;
    private final Network network;
    private final SplittableRandom random;
    private final Mistakes mistakes;
    private final FaultCounts faults;
    private final List<SimulatedNode> nodes;
    private final Map<Ticket, Awaited> answers = new HashMap<>();
    private long tickets;
    private long pulls;

    Cluster(Simulation simulation, List<SimulatedNode> nodes) {
        this.simulation = simulation;
        this.timeline = simulation.timeline();
        this.network = simulation.network();
        this.random = timeline.random().split();
        this.mistakes = simulation.mistakes();
        this.faults = simulation.faults();
        this.nodes = List.copyOf(nodes);
    }

    List<SimulatedNode> nodes() {
        return nodes;
    }

    /** The node that has that disk, or had it. */
    SimulatedNode node(Member member) {
        return nodes.get(Integer.parseInt(member.node().value().substring(1)) - 1);
    }

    /** Members of the newest generation that any node knows. */
    List<Member> members() {
        return Losses.newest(nodes).map(ReplicaState::members).orElse(List.of());
    }

    /** Whether somebody still waits for an answer. */
    boolean isAwaited() {
        return !answers.isEmpty();
    }

    void start(SimulatedNode node) {
        node.start(timeline.now());
        int life = node.life();
        tick(node, life);
        new CatchUp(simulation, node).begin();
        if (!node.disk().damaged().isEmpty() || node.disk().isWithdrawn()) {
            new StorageRepair(simulation, node).begin();
        }
    }

    /** What a local request comes to; the refs are those that the node showed at that moment. */
    record Reply(Answer answer, SimulatedNode at, Map<RefName, RefValue> refs) {
    }

    /** Asks a node locally; the answer comes once, or never if the node crashes or is down. */
    void ask(SimulatedNode node, Function<Ticket, Message> request, Consumer<Reply> answered, Runnable crashed) {
        if (!node.hosts()) {
            crashed.run();
            return;
        }
        Ticket ticket = new Ticket(++tickets);
        Message asked = request.apply(ticket);
        Optional<Answer> hasty = mistakes.hasty(simulation, node, asked);
        if (hasty.isPresent()) {
            Reply reply = new Reply(hasty.get(), node, new TreeMap<>(node.disk().refs()));
            timeline.after(0, () -> answered.accept(reply));
            return;
        }
        answers.put(ticket, new Awaited(node, asked, answered, crashed));
        deliver(node, mistakes.misread(simulation, node, asked));
    }

    /** Gives a node a message and carries out what it wants done; later, if the node stands still. */
    void deliver(SimulatedNode node, Message message) {
        if (!node.hosts()) {
            return;
        }
        if (node.isPaused(timeline.now())) {
            int life = node.life();
            faults.happened(Fault.NODE_PAUSED);
            timeline.after(node.pausedUntil() - timeline.now(), () -> {
                if (node.life() == life) {
                    deliver(node, message);
                }
            });
            return;
        }
        mistakes.before(simulation, node, message);
        if (!(message instanceof Message.Tick)) {
            simulation.note(node.member().node(), "<-", message);
        }
        Batch[] written = {Batch.EMPTY};
        List<Effect> effects = node.step(timeline.now(), message, crashIn(message), batch -> written[0] = batch);
        if (!written[0].isEmpty()) {
            simulation.wrote(node, message, written[0]);
        }
        effects.forEach(effect -> carryOut(node, effect));
        if (node.isUp()) {
            mistakes.after(simulation, node, message);
        } else {
            crashed(node);
        }
    }

    private SimulatedNode.Crash crashIn(Message message) {
        if (!timeline.isFaulty()) {
            return SimulatedNode.Crash.NOT;
        }
        double share = simulation.conditions().crashes() / (message instanceof Message.Tick ? 20 : 1);
        if (random.nextDouble() < share) {
            return SimulatedNode.Crash.ANYWHERE;
        }
        int eager = mistakes.crashesBeforeSync();
        return eager > 0 && random.nextInt(eager) == 0 ? SimulatedNode.Crash.BEFORE_SYNC : SimulatedNode.Crash.NOT;
    }

    /** A node dies between two steps and comes back after a while. */
    void crash(SimulatedNode node) {
        node.crash();
        crashed(node);
    }

    private void crashed(SimulatedNode node) {
        down(node);
        timeline.after(random.nextLong(DOWN_MILLIS), () -> restart(node));
    }

    /** It is down, and stays down. */
    void kill(SimulatedNode node) {
        node.crash();
        down(node);
    }

    private void down(SimulatedNode node) {
        simulation.note("  ", node.member().node(), "crashes");
        answers.entrySet().stream().filter(it -> it.getValue().at() == node)
            .map(Map.Entry::getKey).sorted(Comparator.comparingLong(Ticket::number)).toList()
            .forEach(ticket -> answers.remove(ticket).crashed().run());
    }

    void restart(SimulatedNode node) {
        if (!node.isUp()) {
            simulation.note(node.member().node(), "starts");
            start(node);
        }
    }

    private void tick(SimulatedNode node, int life) {
        if (node.isUp() && node.life() == life) {
            if (!node.isPaused(timeline.now()) && !node.isIdle(timeline.now())) {
                deliver(node, new Message.Tick());
            }
            timeline.after(TICK_MILLIS, () -> tick(node, life));
        }
    }

    private void carryOut(SimulatedNode node, Effect effect) {
        switch (effect) {
            case Effect.Send send -> send(node, send.envelope());
            case Effect.Reply reply -> {
                simulation.note("  ", node.member().node(), "answers", reply);
                Awaited awaited = answers.remove(reply.ticket());
                check(awaited != null, "a request is answered once", reply);
                Answer answer = mistakes.answer(node, awaited.asked(), reply.answer());
                Reply told = new Reply(answer, node, answer instanceof Answer.Serve
                    ? new TreeMap<>(node.disk().refs()) : Map.of());
                timeline.after(0, () -> awaited.answered().accept(told));
            }
            case Effect.FetchObjects fetch -> transfer(node(fetch.from()), node, ids(fetch.pushes()), done ->
                report(node, done ? new Message.ObjectsFetched(fetch.from(), ids(fetch.pushes()))
                    : new Message.ObjectsNotFetched(fetch.from())));
            case Effect.StageTo stage -> transfer(node, node(stage.peer()), ids(stage.pushes()), done ->
                report(node, done ? new Message.StagedAt(stage.peer(), ids(stage.pushes()))
                    : new Message.NotStagedAt(stage.peer())));
            case Effect.StartPull pull -> {
                simulation.note("  ", node.member().node(), "pulls from", pull.from());
                pull(node, pull.from());
            }
        }
    }

    private void send(SimulatedNode node, Envelope envelope) {
        simulation.note("  ", node.member().node(), "->", envelope.target().node(), envelope.payload());
        SimulatedNode target = node(envelope.target());
        boolean cut = network.isCut(node.place(), target.place()) && timeline.isFaulty();
        if (cut || !target.isUp()) {
            if (cut) {
                network.isLost(node.place(), target.place());
            }
            if (random.nextBoolean()) {
                report(node, new Message.Unreachable(envelope.target()));
            }
            return;
        }
        Mistakes.Sent sent = new Mistakes.Sent(simulation, node, target, envelope);
        if (mistakes.isLost(sent)) {
            return;
        }
        mistakes.answeredAtOnce(sent).ifPresent(forged -> report(node, new Message.Received(forged)));
        network.carry(node.place(), target.place(), () -> arrive(sent));
    }

    private void arrive(Mistakes.Sent sent) {
        Optional<Envelope> forged = mistakes.answeredInstead(sent);
        if (forged.isPresent()) {
            send(sent.target(), forged.get());
            return;
        }
        deliver(sent.target(), new Message.Received(mistakes.arriving(sent)));
        mistakes.arrivingAfter(sent).ifPresent(more -> deliver(sent.target(), new Message.Received(more)));
    }

    /** A node learns after a while what came of something; not if it has crashed since. */
    private void report(SimulatedNode node, Message message) {
        int life = node.life();
        timeline.after(network.delay(), () -> {
            if (node.life() == life) {
                deliver(node, message);
            }
        });
    }

    /** Objects go from one node to another, if both are up, the link is, and there is room; synced before it counts. */
    void transfer(SimulatedNode from, SimulatedNode to, Set<PushId> pushes, Consumer<Boolean> done) {
        int life = to.life();
        timeline.after(network.delay(), () -> {
            boolean has = from.isUp() && to.hosts() && to.life() == life && from.disk().objects().containsAll(pushes)
                && pushes.stream().noneMatch(from.disk().damaged()::contains);
            boolean through = has && !network.isLost(from.place(), to.place());
            if (has && !through) {
                faults.happened(Fault.TRANSFER_BROKEN);
            }
            if (through && !to.disk().receive(pushes)) {
                faults.happened(Fault.DISK_FULL);
                through = false;
            }
            sync(to, life, through ? pushes : Set.of(), through, done);
        });
    }

    private void sync(SimulatedNode to, int life, Set<PushId> pushes, boolean arrived, Consumer<Boolean> done) {
        timeline.after(network.delay(), () -> {
            boolean synced = arrived && to.life() == life;
            if (synced) {
                to.disk().sync(pushes);
            }
            done.accept(synced);
        });
    }

    /** The driver takes over a peer's committed state, objects first. */
    void pull(SimulatedNode node, Member from) {
        SimulatedNode source = node(from);
        int life = node.life();
        timeline.after(network.delay(), () -> {
            boolean has = source.hosts() && !source.disk().isIn(Role.LEARNER) && !source.disk().isIn(Role.WITHDRAWN)
                && !source.disk().isEmptied() && source.member().equals(from);
            boolean through = has && !network.isLost(source.place(), node.place());
            if (has && !through) {
                faults.happened(Fault.TRANSFER_BROKEN);
            }
            if (!through || node.life() != life || !node.hosts()) {
                report(node, new Message.NotPulled(from));
                return;
            }
            take(node, source);
        });
    }

    private void take(SimulatedNode node, SimulatedNode source) {
        int life = node.life();
        ReplicaState state = source.disk().state();
        Set<PushId> objects = new HashSet<>(source.disk().objects());
        Chain chain = source.disk().chainAt(state.committed().version()).orElseThrow();
        PullId id = new PullId(++pulls);
        Message.Pulled pulled = new Message.Pulled(id, source.member(), state.generation(), state.members(),
            state.committed(), chain, source.disk().outcomes());
        TreeMap<RefName, RefValue> refs = new TreeMap<>(source.disk().refs());
        boolean room = node.disk().receive(objects);
        timeline.after(network.delay() * 2, () -> complete(node, life, room, pulled, refs, objects));
    }

    /** In one event, so that nothing is taken for garbage between its arrival and the switch to it. */
    private void complete(SimulatedNode node, int life, boolean room, Message.Pulled pulled,
                          TreeMap<RefName, RefValue> refs, Set<PushId> objects) {
        if (node.life() != life || !node.hosts()) {
            return;
        }
        if (node.isPaused(timeline.now())) {
            timeline.after(node.pausedUntil() - timeline.now(), () ->
                complete(node, life, room, pulled, refs, objects));
        } else if (room) {
            node.disk().sync(objects);
            node.disk().receive(pulled.id(), refs);
            deliver(node, pulled);
        } else {
            faults.happened(Fault.DISK_FULL);
            deliver(node, new Message.NotPulled(pulled.from()));
        }
    }

    private static Set<PushId> ids(List<LogEntry.Push> pushes) {
        List<PushId> ids = new ArrayList<>();
        pushes.forEach(push -> ids.add(push.pushId()));
        return Set.copyOf(ids);
    }

    private record Awaited(SimulatedNode at, Message asked, Consumer<Reply> answered, Runnable crashed) {
    }
}
