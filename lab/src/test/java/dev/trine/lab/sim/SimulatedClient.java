package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Pushes one transaction after the other, hands them on, tries again, asks what became of them, may give up. */
final class SimulatedClient {
    private static final List<RefName> NAMES = List.of(new RefName("refs/heads/a"), new RefName("refs/heads/b"),
        new RefName("refs/heads/c"), new RefName("refs/heads/c/d"), new RefName("refs/tags/t"));

    private final Simulation simulation;
    private final SplittableRandom random;
    private final int number;
    private int pushes;

    SimulatedClient(Simulation simulation, int number) {
        this.simulation = simulation;
        this.random = simulation.random().split();
        this.number = number;
    }

    void begin() {
        simulation.after(random.nextLong(200), this::next);
    }

    private void next() {
        if (simulation.isEnding()) {
            return;
        }
        PushId id = new PushId(String.format("%02x%030x", number, ++pushes));
        Attempt attempt = new Attempt(id, updates(), packs(id), simulation.history().floor());
        simulation.history().asked(id, attempt.updates);
        int group = random.nextInt(8);
        propose(attempt, randomMember(), group == 0 ? 2 : 0);
    }

    private void pause() {
        simulation.after(1 + random.nextLong(simulation.isFaulty() ? 300 : 2_000), this::next);
    }

    private void propose(Attempt attempt, Member at, int hops) {
        SimulatedNode node = simulation.node(at);
        if (!node.isUp()) {
            retry(attempt);
            return;
        }
        stage(attempt, node);
        boolean handedOn = attempt.handedOn;
        simulation.note("client", number, "proposes", attempt.id, "at", at.node());
        simulation.ask(node, ticket -> new Message.Propose(List.of(
                new Proposal(ticket, attempt.id, attempt.updates, attempt.packs, handedOn))),
            (answer, answering) -> answered(attempt, answer, answering, hops),
            () -> {
                attempt.handedOn = true;
                retry(attempt);
            });
    }

    private void answered(Attempt attempt, Answer answer, SimulatedNode node, int hops) {
        switch (answer) {
            case Answer.Settled settled -> settled(attempt, settled.outcome());
            case Answer.HeldBy held -> handOn(attempt, held, node, hops);
            case Answer.Moved moved -> retry(attempt);
            case Answer.Refused refused -> retry(attempt);
            case Answer.Serve serve -> throw new AssertionError(answer);
            case Answer.Behind behind -> throw new AssertionError(answer);
            case Answer.Repaired repaired -> throw new AssertionError(answer);
        }
    }

    private void settled(Attempt attempt, PushOutcome outcome) {
        History history = simulation.history();
        switch (outcome) {
            case PushOutcome.Committed committed -> {
                history.acknowledged(attempt.id, committed.at());
                simulation.pushed();
                pause();
            }
            case PushOutcome.Rejected rejected -> {
                history.rejected(rejected.at(), attempt.floor);
                history.denied(attempt.id);
                pause();
            }
            case PushOutcome.NotApplied gone -> {
                history.denied(attempt.id);
                pause();
            }
            case PushOutcome.Refused refused -> {
                History.check(!attempt.handedOn, "whatever was handed on may take effect", attempt.id);
                History.check(!history.tookEffect(attempt.id), "a refused push has no effect", attempt.id);
                retry(attempt);
            }
            case PushOutcome.Indeterminate open -> {
                attempt.handedOn = true;
                if (random.nextBoolean()) {
                    resolve(attempt);
                } else {
                    retry(attempt);
                }
            }
        }
    }

    private void handOn(Attempt attempt, Answer.HeldBy held, SimulatedNode node, int hops) {
        Member holder = held.holder();
        boolean reachable = simulation.node(holder).isUp()
            && !(simulation.isFaulty() && simulation.isCut(node.member(), holder));
        if (hops > 4) {
            retry(attempt);
        } else if (reachable) {
            simulation.after(simulation.delay(), () -> propose(attempt, holder, hops + 1));
        } else {
            simulation.after(simulation.delay(), () -> {
                simulation.deliver(node, new Message.Unreachable(holder));
                propose(attempt, node.member(), hops + 1);
            });
        }
    }

    private void retry(Attempt attempt) {
        if (++attempt.tries > 12 && simulation.isFaulty()) {
            pause();
            return;
        }
        simulation.after(20 + random.nextLong(400), () -> propose(attempt, randomMember(), 0));
    }

    private void resolve(Attempt attempt) {
        SimulatedNode node = simulation.node(randomMember());
        simulation.ask(node, ticket -> new Message.Resolve(ticket, attempt.id),
            (answer, answering) -> answered(attempt, answer, answering, 0), () -> retry(attempt));
    }

    /** Objects must be on the proposing node; peers get them mostly. */
    private void stage(Attempt attempt, SimulatedNode node) {
        node.disk().objects().add(attempt.id);
        for (SimulatedNode peer : simulation.nodes()) {
            if (peer != node && peer.isUp() && random.nextInt(4) > 0) {
                peer.disk().objects().add(attempt.id);
            }
        }
    }

    private List<RefUpdate> updates() {
        History history = simulation.history();
        long base = random.nextInt(5) == 0 ? random.nextLong(history.last() + 1) : history.last();
        Map<RefName, RefValue> refs = history.refsAt(base);
        List<RefUpdate> updates = new ArrayList<>();
        int first = random.nextInt(NAMES.size());
        int count = 1 + random.nextInt(2);
        for (int i = first; i < first + count; i++) {
            RefName name = NAMES.get(i % NAMES.size());
            Optional<RefValue> old = Optional.ofNullable(refs.get(name));
            boolean delete = old.isPresent() && random.nextInt(4) == 0;
            updates.add(new RefUpdate(name, old, delete ? Optional.empty() : Optional.of(value())));
        }
        return updates;
    }

    private RefValue value() {
        return new RefValue.Direct(new ObjectName(String.format("%016x%024x", random.nextLong(), pushes)));
    }

    private List<PackName> packs(PushId id) {
        return List.of(new PackName(id.value() + "00000000"));
    }

    private Member randomMember() {
        List<Member> members = random.nextInt(20) == 0 && simulation.isFaulty()
            ? simulation.nodes().stream().map(SimulatedNode::member).toList() : simulation.members();
        return members.get(random.nextInt(members.size()));
    }

    /** One push through all its tries. */
    private static final class Attempt {
        private final PushId id;
        private final List<RefUpdate> updates;
        private final List<PackName> packs;
        private final long floor;
        private boolean handedOn;
        private int tries;

        Attempt(PushId id, List<RefUpdate> updates, List<PackName> packs, long floor) {
            this.id = id;
            this.updates = updates;
            this.packs = packs;
            this.floor = floor;
        }
    }
}
