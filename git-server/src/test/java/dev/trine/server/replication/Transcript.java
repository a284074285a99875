package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Three replicas, driven by the commands of a transcript, tell every effect. Messages wait on their link until a
 * command delivers, drops, repeats or keeps them. The commands are listed in docs/SIMULATION.md.
 */
final class Transcript {
    private static final Timeouts TIMEOUTS =
        new Timeouts(200, 5_000, 400, 200, 20, 0, 2_000, 1_000, 3_500, 10_000, 2_000, 10_000, 256, 4_096, 1);
    private static final int DELIVERIES_MAX = 200;
    private static final int TICK_MILLIS = 20;

    private final Map<String, SimulatedNode> nodes = new TreeMap<>();
    private final Map<String, Deque<Envelope>> links = new TreeMap<>();
    private final Map<String, Envelope> kept = new HashMap<>();
    private final Map<String, Proposal> proposals = new HashMap<>();
    private final StringBuilder told = new StringBuilder();
    private long now;
    private long tickets;
    private long pulls;
    private boolean unsynced;
    private boolean unsent;

    Transcript() {
        List<Member> members = List.of(member(1), member(2), member(3));
        members.forEach(member -> add(member, ReplicaState.created(members)));
        add(member(4), ReplicaState.learner());
        nodes.keySet().forEach(from -> nodes.keySet().forEach(to -> links.put(from + ">" + to, new ArrayDeque<>())));
    }

    private void add(Member member, ReplicaState state) {
        SimulatedNode node = new SimulatedNode(member, state, TIMEOUTS);
        nodes.put(member.node().value(), node);
        node.start();
    }

    /** Carries out one command and returns what it made the replicas do, a line each. */
    String run(String command) {
        told.setLength(0);
        List<String> words = new ArrayList<>(Arrays.asList(command.trim().split("\\s+")));
        unsynced = words.remove("unsynced");
        unsent = words.remove("unsent");
        String verb = words.removeFirst();
        switch (verb) {
            case "deliver", "drop", "repeat", "keep", "late" -> network(verb, words);
            case "tick" -> tick(words);
            case "stage", "lose" -> objects(verb, words);
            case "crash" -> words.forEach(name -> nodes.get(name).crash());
            case "start" -> words.forEach(name -> nodes.get(name).start());
            case "show" -> words.forEach(name -> tell(name + " has " + Notation.of(nodes.get(name).disk())));
            case "probe" -> words.forEach(name -> tell(name + " " + Notation.of(nodes.get(name).probe(now))));
            default -> request(words.removeFirst(), verb, words);
        }
        return told.toString();
    }

    private void network(String verb, List<String> words) {
        if (verb.equals("deliver") && words.getFirst().equals("all")) {
            deliverAll(words.subList(1, words.size()));
            return;
        }
        Envelope envelope = kept.get(words.getFirst());
        if (verb.equals("late")) {
            arrive(envelope);
            return;
        }
        Deque<Envelope> link = links.get(words.getFirst());
        switch (verb) {
            case "drop" -> link.remove();
            case "keep" -> kept.put(words.get(1), link.remove());
            case "repeat" -> arrive(link.element());
            default -> arrive(link.remove());
        }
    }

    /** Delivers until nothing is under way; what goes to or from the named nodes is lost. */
    private void deliverAll(List<String> lost) {
        for (int i = 0; i < DELIVERIES_MAX; i++) {
            Optional<Map.Entry<String, Deque<Envelope>>> next =
                links.entrySet().stream().filter(link -> !link.getValue().isEmpty()).findFirst();
            if (next.isEmpty()) {
                return;
            }
            Envelope envelope = next.get().getValue().remove();
            if (lost.stream().noneMatch(next.get().getKey()::contains)) {
                arrive(envelope);
            }
        }
        throw new IllegalStateException("messages without end");
    }

    private void arrive(Envelope envelope) {
        SimulatedNode target = nodes.get(envelope.target().node().value());
        if (target.isUp()) {
            tell(envelope.target().node() + " <- " + envelope.sender().node() + " "
                + Notation.of(envelope.payload()));
            step(target, new Message.Received(envelope));
        }
    }

    private void tick(List<String> words) {
        long millis = Long.parseLong(words.removeFirst());
        for (long end = now + millis; now < end;) {
            now += TICK_MILLIS;
            nodes.forEach((name, node) -> {
                boolean meant = words.isEmpty() || words.contains(name);
                if (meant && node.isUp() && !node.replica().isIdle(now)) { // nobody tells the time to an idle one
                    step(node, new Message.Tick());
                }
            });
        }
    }

    private void objects(String verb, List<String> words) {
        PushId push = push(words.removeFirst());
        for (String name : words) {
            if (verb.equals("stage")) {
                nodes.get(name).disk().objects().add(push);
            } else {
                nodes.get(name).disk().objects().remove(push);
            }
        }
    }

    private void request(String name, String verb, List<String> words) {
        SimulatedNode node = nodes.get(name);
        Ticket ticket = new Ticket(++tickets);
        step(node, switch (verb) {
            case "propose" -> new Message.Propose(List.of(proposal(ticket, words)));
            case "repair" -> new Message.Repair(ticket, node.disk().state().generation());
            case "seal" -> new Message.Seal(ticket, node.disk().state().generation(),
                words.stream().map(next -> nodes.get(next).member()).toList());
            case "withdraw" -> new Message.Withdraw(
                new Withdrawal(Withdrawal.Cause.valueOf(words.getFirst()), "pack-1.pack", 0));
            case "restore" -> new Message.Restore();
            case "resolve" -> new Message.Resolve(ticket, push(words.getFirst()));
            case "read" -> new Message.Read(ticket, readPoint(words));
            case "unreachable" -> new Message.Unreachable(nodes.get(words.getFirst()).member());
            case "fetched" -> {
                node.disk().objects().add(push(words.get(1)));
                yield new Message.ObjectsFetched(nodes.get(words.getFirst()).member(), Set.of());
            }
            case "staged" -> {
                nodes.get(words.getFirst()).disk().objects().add(push(words.get(1)));
                yield new Message.StagedAt(nodes.get(words.getFirst()).member(), Set.of());
            }
            case "pulled" -> pulled(node, nodes.get(words.getFirst()));
            case "stop" -> new Message.Stop();
            default -> throw new IllegalArgumentException("unknown command: " + verb);
        });
    }

    private Message pulled(SimulatedNode node, SimulatedNode from) {
        SimulatedDisk theirs = from.disk();
        PullId id = new PullId(++pulls);
        node.disk().receive(id, theirs.refs());
        return new Message.Pulled(id, from.member(), theirs.state().generation(), theirs.state().members(),
            theirs.state().committed(), theirs.chainAt(theirs.state().committed().version()).orElseThrow(),
            theirs.outcomes());
    }

    /** A push by its name alone is the same as before, tried again. */
    private Proposal proposal(Ticket ticket, List<String> words) {
        String name = words.removeFirst();
        boolean handedOn = words.remove("handed-on");
        List<RefUpdate> updates = words.isEmpty() ? proposals.get(name).updates()
            : words.stream().map(Transcript::update).toList();
        List<PackName> packs = List.of(new PackName(push(name).value() + "00000000"));
        Proposal proposal = new Proposal(ticket, push(name), updates, packs, handedOn);
        proposals.put(name, proposal);
        return proposal;
    }

    private void step(SimulatedNode node, Message message) {
        ReplicaState before = node.disk().state();
        Step step = node.replica().step(now, message);
        step.before().forEach(effect -> carryOut(node, effect));
        if (unsynced) {
            tell(node.member().node() + " crashes before the sync");
            node.crash();
            return;
        }
        Notation.of(step.batch(), before).ifPresent(what -> tell(node.member().node() + " stores " + what));
        node.disk().write(step.batch());
        if (unsent) {
            tell(node.member().node() + " crashes after the sync");
            node.crash();
            return;
        }
        step.after().forEach(effect -> carryOut(node, effect));
    }

    private void carryOut(SimulatedNode node, Effect effect) {
        tell(node.member().node() + " " + Notation.of(effect));
        if (effect instanceof Effect.Send send) {
            links.get(send.envelope().sender().node() + ">" + send.envelope().target().node()).add(send.envelope());
        }
    }

    private void tell(String line) {
        told.append(line).append('\n');
    }

    private static Member member(int number) {
        return new Member(new NodeId("n" + number), new Incarnation(("" + number).repeat(32)));
    }

    private static ReadPoint readPoint(List<String> words) {
        return switch (words.getFirst()) {
            case "committed" -> new ReadPoint.Committed(1, position(words.get(1)));
            case "proof" -> new ReadPoint.Proof(1, position(words.get(1)));
            case "holder" -> new ReadPoint.AsHolder(1, position(words.get(2)), epoch(words.get(1)));
            default -> throw new IllegalArgumentException("unknown read: " + words);
        };
    }

    private static Position position(String text) {
        String[] parts = text.split("@");
        return new Position(Long.parseLong(parts[0]), epoch(parts[1]));
    }

    private static Epoch epoch(String text) {
        String[] parts = text.split("\\.");
        return new Epoch(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
    }

    private static PushId push(String name) {
        return new PushId(String.format("%032d", Long.parseLong(name.substring(1))));
    }

    /** For example {@code main:->1}: main must not exist and gets object 1111…. */
    private static RefUpdate update(String text) {
        String[] parts = text.split("[:>]");
        return new RefUpdate(new RefName("refs/heads/" + parts[0]), value(parts[1]), value(parts[2]));
    }

    private static Optional<RefValue> value(String text) {
        return text.equals("-") ? Optional.empty() : Optional.of(new RefValue.Direct(new ObjectName(text.repeat(40))));
    }
}
