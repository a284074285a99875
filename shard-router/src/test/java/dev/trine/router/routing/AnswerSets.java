package dev.trine.router.routing;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every combination of what three members may do with a probe, over a small world: two epochs of generation 2, logs of
 * up to three entries, every committed prefix, leases, sessions, wrong roles, wrong generations, wrong disks, silence.
 */
final class AnswerSets {
    static final long GENERATION = 2;
    static final Epoch SEALED = new Epoch(1, 7, 2);
    static final Epoch FIRST = new Epoch(GENERATION, 1, 0);
    static final Epoch SECOND = new Epoch(GENERATION, 2, 1);
    static final List<Member> MEMBERS = List.of(member("n1", 'a'), member("n2", 'b'), member("n3", 'c'));
    static final List<Member> NEXT_MEMBERS = List.of(member("n1", 'a'), member("n2", 'b'), member("n4", 'd'));
    static final Placement PLACEMENT = new Placement(GENERATION, MEMBERS);

    private static final List<List<Epoch>> LOGS_UNDER_FIRST = List.of(List.of(), List.of(FIRST), List.of(FIRST, FIRST));
    private static final List<List<Epoch>> LOGS_UNDER_SECOND = List.of(List.of(), List.of(FIRST),
        List.of(FIRST, FIRST), List.of(FIRST, SECOND), List.of(FIRST, SECOND, SECOND));

    private static final List<List<Integer>> ARRIVALS = List.of(List.of(0, 1, 2), List.of(1, 2, 0), List.of(2, 0, 1));

    private AnswerSets() {
    }

    static Member member(String node, char digit) {
        return new Member(new NodeId(node), new Incarnation(String.valueOf(digit).repeat(32)));
    }

    /** What a member did: answered, will not answer any more, or may yet answer. */
    private sealed interface Behaviour {
        record Answered(ProbeAnswer answer) implements Behaviour {
        }

        record Silent() implements Behaviour {
        }

        record Awaited() implements Behaviour {
        }
    }

    /** Every evidence there is, each in three orders of arrival. */
    static Stream<Evidence> all() {
        List<List<Behaviour>> behaviours = new ArrayList<>();
        for (int slot = 0; slot < MEMBERS.size(); slot++) {
            behaviours.add(behaviours(slot));
        }
        return behaviours.get(0).stream().flatMap(a -> behaviours.get(1).stream()
            .flatMap(b -> behaviours.get(2).stream().flatMap(c -> ARRIVALS.stream()
                .map(arrival -> evidence(List.of(a, b, c), arrival)))));
    }

    private static Evidence evidence(List<Behaviour> bySlot, List<Integer> arrival) {
        List<ProbeAnswer> answers = new ArrayList<>();
        Map<NodeId, String> silent = new HashMap<>();
        for (int slot : arrival) {
            switch (bySlot.get(slot)) {
                case Behaviour.Answered answered -> answers.add(answered.answer());
                case Behaviour.Silent gone -> silent.put(MEMBERS.get(slot).node(), "connection refused");
                case Behaviour.Awaited yet -> { }
            }
        }
        return new Evidence(answers, silent);
    }

    private static List<Behaviour> behaviours(int slot) {
        Member self = MEMBERS.get(slot);
        List<ProbeAnswer> answers = new ArrayList<>(List.of(fresh(self), justActivated(self)));
        LOGS_UNDER_FIRST.forEach(log -> addVotes(answers, self, FIRST, log));
        LOGS_UNDER_SECOND.forEach(log -> addVotes(answers, self, SECOND, log));
        ProbeAnswer vote = vote(self, SECOND, List.of(FIRST, SECOND), 2, false, false);
        answers.add(as(vote, self, Role.UNKNOWN, 0, List.of()));
        answers.add(as(vote, self, Role.LEARNER, GENERATION, MEMBERS));
        answers.add(as(vote, self, Role.RETIRED, GENERATION + 1, NEXT_MEMBERS));
        answers.add(as(vote, self, Role.VOTER, GENERATION + 1, NEXT_MEMBERS));
        answers.add(as(vote, self, Role.VOTER, GENERATION - 1, MEMBERS));
        answers.add(as(vote, self, Role.DELETED, GENERATION + 1, List.of()));
        answers.add(as(vote, new Member(self.node(), new Incarnation("f".repeat(32))), Role.VOTER, GENERATION,
            MEMBERS));
        List<Behaviour> all = new ArrayList<>(List.of(new Behaviour.Silent(), new Behaviour.Awaited()));
        answers.forEach(answer -> all.add(new Behaviour.Answered(answer)));
        return all;
    }

    private static ProbeAnswer fresh(Member self) {
        return new ProbeAnswer(self, Role.VOTER, GENERATION, Epoch.NULL, Position.START, Position.START,
            Optional.empty(), MEMBERS, false);
    }

    /** A voter that has only just applied the SEAL which made it one. */
    private static ProbeAnswer justActivated(Member self) {
        Position seal = new Position(1, SEALED);
        return new ProbeAnswer(self, Role.VOTER, GENERATION, new Epoch(GENERATION, 0, 0), seal, seal, Optional.empty(),
            MEMBERS, false);
    }

    private static void addVotes(List<ProbeAnswer> to, Member self, Epoch promised, List<Epoch> log) {
        boolean mayHold = MEMBERS.get(promised.slot()).equals(self);
        for (int committed = 0; committed <= log.size(); committed++) {
            to.add(vote(self, promised, log, committed, false, false));
            to.add(vote(self, promised, log, committed, true, false));
            if (mayHold) {
                to.add(vote(self, promised, log, committed, true, true));
            }
        }
    }

    /** A voter with those entries' epochs in its log, of which so many are committed. */
    static ProbeAnswer vote(Member self, Epoch promised, List<Epoch> log, int committed, boolean leased,
                            boolean ready) {
        Optional<ProbeAnswer.Lease> lease = leased
            ? Optional.of(new ProbeAnswer.Lease(MEMBERS.get(promised.slot()), promised)) : Optional.empty();
        return new ProbeAnswer(self, Role.VOTER, GENERATION, promised, at(log, log.size()), at(log, committed), lease,
            MEMBERS, ready);
    }

    private static Position at(List<Epoch> log, int version) {
        return version == 0 ? Position.START : new Position(version, log.get(version - 1));
    }

    /** The same answer with another sender, role, generation and members. */
    static ProbeAnswer as(ProbeAnswer answer, Member from, Role role, long generation, List<Member> members) {
        return new ProbeAnswer(from, role, generation, answer.promised(), answer.last(), answer.committed(),
            answer.lease(), members, answer.holderReady());
    }
}
