package dev.trine.lab.sim;

import static dev.trine.lab.sim.Violation.check;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.lab.history.Change;
import dev.trine.lab.history.Ledger;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Operation;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Proposal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A client with the proxy that speaks for it: creates, changes, deletes refs, several at once, and reads; hands pushes
 * on, tries again under the same id, asks what became of them, may give up. Writes its ledger.
 */
final class SimulatedClient {
    static final List<RefName> NAMES = List.of(new RefName("refs/heads/a"), new RefName("refs/heads/b"),
        new RefName("refs/heads/c"), new RefName("refs/heads/c/d"), new RefName("refs/tags/t"));
    private static final int PATIENCE_MILLIS = 2_500;
    private static final int TRIES_MAX = 12;
    private static final int HOPS_MAX = 4;
    private static final int ROUTES_MAX = 4;

    private final Simulation simulation;
    private final Timeline timeline;
    private final SplittableRandom random;
    private final String name;
    private final int number;
    private final long restMillis;
    private final int readsOf;
    private int pushes;
    private Map<RefName, RefValue> lastSeen = Map.of();

    SimulatedClient(Simulation simulation, int number) {
        this.simulation = simulation;
        this.timeline = simulation.timeline();
        this.random = timeline.random().split();
        this.number = number;
        this.name = "c" + number;
        this.restMillis = 20 + random.nextLong(300);
        this.readsOf = 1 + random.nextInt(5);
    }

    void begin() {
        timeline.after(random.nextLong(200), this::next);
    }

    private void next() {
        if (simulation.isEnding()) {
            return;
        }
        boolean pushes = random.nextInt(6) >= readsOf;
        look(pushes ? Operation.WRITE : Operation.READ, view -> {
            if (view.isEmpty()) {
                simulation.ended(Outcome.UNSERVED);
                pause();
            } else if (pushes) {
                push(view.get());
            } else {
                pause();
            }
        });
    }

    private void pause() {
        timeline.after(1 + random.nextLong(timeline.isFaulty() ? restMillis : 2_000), this::next);
    }

    /** The refs, and where they were seen. */
    private record View(SimulatedNode at, Map<RefName, RefValue> refs) {
    }

    /** Reads all refs where a router says; before a push that is the advertisement of refs. */
    private void look(Operation operation, Consumer<Optional<View>> done) {
        Ledger.Reading reading = simulation.ledger().read(name);
        long floor = simulation.invariants().floor();
        SimulatedRouter router = simulation.router(random.nextInt(2));
        look(operation, router, new HashSet<>(), 0, view -> {
            view.ifPresent(seen -> {
                reading.saw(shown(seen.refs()));
                lastSeen = seen.refs();
                simulation.ended(Outcome.READ);
            });
            done.accept(view);
        }, floor);
    }

    private void look(Operation operation, SimulatedRouter router, Set<NodeId> avoid, int tries,
                      Consumer<Optional<View>> done, long floor) {
        if (tries == ROUTES_MAX) {
            done.accept(Optional.empty());
            return;
        }
        router.route(operation, avoid, served -> {
            if (served.isEmpty()) {
                done.accept(Optional.empty());
                return;
            }
            Decision.Serve serve = served.get();
            Once once = new Once(() -> {
                avoid.add(serve.at().node());
                look(operation, router, avoid, tries + 1, done, floor);
            });
            SimulatedNode node = simulation.cluster().node(serve.at());
            timeline.after(PATIENCE_MILLIS, once::fail);
            simulation.network().call(Network.FRONT, node.place(), () -> {
                if (!node.member().equals(serve.at())) {
                    once.fail();
                    return;
                }
                simulation.cluster().ask(node, ticket -> new Message.Read(ticket, serve.from()),
                    reply -> simulation.network().call(node.place(), Network.FRONT, () -> read(reply, once, floor,
                        done)), once::fail);
            });
        });
    }

    private void read(Cluster.Reply reply, Once once, long floor, Consumer<Optional<View>> done) {
        if (reply.answer() instanceof Answer.Serve serve) {
            once.succeed(() -> {
                simulation.invariants().served(serve.at(), floor);
                done.accept(Optional.of(new View(reply.at(), reply.refs())));
            });
        } else {
            once.fail();
        }
    }

    private static Map<String, Optional<String>> shown(Map<RefName, RefValue> refs) {
        Map<String, Optional<String>> shown = new HashMap<>();
        NAMES.forEach(ref -> shown.put(ref.value(), Optional.ofNullable(refs.get(ref)).map(SimulatedClient::shown)));
        return shown;
    }

    private static String shown(RefValue value) {
        return switch (value) {
            case RefValue.Direct direct -> direct.id().hex().substring(0, 8);
            case RefValue.Symbolic symbolic -> symbolic.target().value();
        };
    }

    private void push(View view) {
        PushId id = new PushId(String.format("%02x%030x", number, ++pushes));
        List<RefUpdate> updates = updates(random.nextInt(5) == 0 ? lastSeen : view.refs());
        Map<String, Change> changes = new HashMap<>();
        updates.forEach(update -> changes.put(update.name().value(), new Change(
            update.oldValue().map(SimulatedClient::shown), update.newValue().map(SimulatedClient::shown))));
        Push push = new Push(id, updates, simulation.ledger().push(name, changes), simulation.invariants().floor());
        simulation.invariants().asked(id, updates);
        push.propose(random.nextBoolean() ? randomMember() : view.at().member(), 0);
    }

    private List<RefUpdate> updates(Map<RefName, RefValue> refs) {
        List<RefUpdate> updates = new ArrayList<>();
        int first = random.nextInt(NAMES.size());
        int count = 1 + random.nextInt(3) / 2 + random.nextInt(6) / 5;
        for (int i = first; i < first + count; i++) {
            RefName ref = NAMES.get(i % NAMES.size());
            Optional<RefValue> old = Optional.ofNullable(refs.get(ref));
            boolean delete = old.isPresent() && random.nextInt(4) == 0;
            updates.add(new RefUpdate(ref, old, delete ? Optional.empty() : Optional.of(value())));
        }
        return updates;
    }

    /** A value that no other push has. */
    private RefValue value() {
        return new RefValue.Direct(new ObjectName(String.format("%02x%06x%032x", number, pushes, 0)));
    }

    private Member randomMember() {
        List<Member> members = random.nextInt(20) == 0 && timeline.isFaulty()
            ? simulation.cluster().nodes().stream().map(SimulatedNode::member).toList()
            : simulation.cluster().members();
        return members.get(random.nextInt(members.size()));
    }

    /** One push through all its tries. */
    private final class Push {
        private final PushId id;
        private final List<RefUpdate> updates;
        private final List<PackName> packs;
        private final Ledger.Pushing ledger;
        private final long floor;
        private boolean handedOn;
        private int tries;

        Push(PushId id, List<RefUpdate> updates, Ledger.Pushing ledger, long floor) {
            this.id = id;
            this.updates = updates;
            this.packs = List.of(new PackName(id.value() + "00000000"));
            this.ledger = ledger;
            this.floor = floor;
        }

        /** Brings the objects to the node, mostly to its peers, and then the push. */
        void propose(Member member, int hops) {
            SimulatedNode node = simulation.cluster().node(member);
            if (!node.hosts() || !stage(node)) {
                retry();
                return;
            }
            for (SimulatedNode peer : simulation.cluster().nodes()) {
                if (peer != node && peer.hosts() && random.nextInt(4) > 0) {
                    stage(peer);
                }
            }
            boolean before = handedOn;
            Once once = new Once(() -> {
                handedOn = true;
                retry();
            });
            timeline.after(PATIENCE_MILLIS, () -> {
                if (!once.isOver()) {
                    simulation.faults().happened(Fault.CLIENT_IMPATIENT);
                }
                once.fail();
            });
            simulation.note(name, "proposes", id, "at", node.member().node());
            simulation.network().call(Network.FRONT, node.place(), () -> {
                int life = node.life();
                timeline.after(1, () -> proposeStaged(node, life, before, once, hops));
            });
        }

        private void proposeStaged(SimulatedNode node, int life, boolean before, Once once, int hops) {
            if (node.life() != life || !node.hosts()) {
                once.fail();
                return;
            }
            node.disk().sync(Set.of(id));
            simulation.cluster().ask(node, ticket -> new Message.Propose(List.of(
                new Proposal(ticket, id, updates, packs, before))), reply -> answered(reply, once, hops), once::fail);
        }

        /** Returns whether there is room for them. */
        private boolean stage(SimulatedNode node) {
            int life = node.life();
            if (!node.disk().receive(Set.of(id))) {
                simulation.faults().happened(Fault.DISK_FULL);
                return false;
            }
            timeline.after(simulation.network().delay(), () -> {
                if (node.life() == life) {
                    node.disk().sync(Set.of(id));
                }
            });
            return true;
        }

        private void answered(Cluster.Reply reply, Once once, int hops) {
            boolean lost = simulation.network().isLost(reply.at().place(), Network.FRONT);
            if (lost && reply.answer() instanceof Answer.Settled) {
                simulation.faults().happened(Fault.ANSWER_LOST);
            }
            if (lost) {
                return;
            }
            once.succeed(() -> {
                switch (reply.answer()) {
                    case Answer.Settled settled -> settled(settled.outcome());
                    case Answer.HeldBy held -> handOn(held.holder(), reply.at(), hops);
                    case Answer.Moved moved -> retry();
                    case Answer.Refused refused -> retry();
                    case Answer.Serve serve -> throw new Violation("a push is not a read: " + serve);
                    case Answer.Behind behind -> throw new Violation("a push is not a read: " + behind);
                    case Answer.Repaired repaired -> throw new Violation("a push is no repair: " + repaired);
                }
            });
        }

        private void settled(PushOutcome outcome) {
            Invariants invariants = simulation.invariants();
            switch (outcome) {
                case PushOutcome.Committed committed -> {
                    invariants.acknowledged(id, committed.at());
                    ledger.committed();
                    simulation.ended(Outcome.COMMITTED);
                    pause();
                }
                case PushOutcome.Rejected rejected -> {
                    invariants.rejected(rejected.at(), floor);
                    invariants.denied(id);
                    rejected(rejected.rejections());
                    simulation.ended(Outcome.REJECTED);
                    pause();
                }
                case PushOutcome.NotApplied gone -> {
                    invariants.denied(id);
                    ledger.withoutEffect();
                    simulation.ended(Outcome.NOT_APPLIED);
                    pause();
                }
                case PushOutcome.Refused refused -> {
                    check(!handedOn, "whatever was handed on may take effect", id);
                    check(!invariants.tookEffect(id), "a refused push has no effect", id);
                    retry();
                }
                case PushOutcome.Indeterminate open -> {
                    handedOn = true;
                    if (random.nextBoolean()) {
                        resolve();
                    } else {
                        retry();
                    }
                }
            }
        }

        private void rejected(List<RefRejection> rejections) {
            Map<String, Optional<String>> expected = new HashMap<>();
            for (RefRejection rejection : rejections) {
                if (rejection.reason() == RefRejection.Reason.STALE_OLD_VALUE) {
                    updates.stream().filter(update -> update.name().equals(rejection.name())).forEach(update ->
                        expected.put(update.name().value(), update.oldValue().map(SimulatedClient::shown)));
                }
            }
            if (expected.isEmpty()) {
                ledger.withoutEffect();
            } else {
                ledger.rejected(expected);
            }
        }

        private void handOn(Member holder, SimulatedNode node, int hops) {
            SimulatedNode there = simulation.cluster().node(holder);
            boolean reachable = there.hosts()
                && !(timeline.isFaulty() && simulation.network().isCut(node.place(), there.place()));
            if (hops > HOPS_MAX) {
                retry();
            } else if (reachable) {
                timeline.after(simulation.network().delay(), () -> propose(holder, hops + 1));
            } else {
                timeline.after(simulation.network().delay(), () -> {
                    simulation.cluster().deliver(node, new Message.Unreachable(holder));
                    propose(node.member(), hops + 1);
                });
            }
        }

        private void retry() {
            if (++tries > TRIES_MAX && timeline.isFaulty()) {
                simulation.ended(Outcome.UNKNOWN);
                pause();
                return;
            }
            timeline.after(20 + random.nextLong(400), () -> propose(randomMember(), 0));
        }

        private void resolve() {
            SimulatedNode node = simulation.cluster().node(randomMember());
            Once once = new Once(this::retry);
            timeline.after(5L * PATIENCE_MILLIS, once::fail);
            simulation.cluster().ask(node, ticket -> new Message.Resolve(ticket, id),
                reply -> answered(reply, once, 0), once::fail);
        }
    }
}
