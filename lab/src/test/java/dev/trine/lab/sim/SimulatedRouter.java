package dev.trine.lab.sim;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Reads as docs/PROTOCOL.md says: asks all members, decides on two answers, has a node repair if it must. */
final class SimulatedRouter {
    private static final long THIRD_ANSWER_MILLIS = 100;
    private static final int TRIES_MAX = 6;

    private final Simulation simulation;
    private final SplittableRandom random;
    private long generation = 1;
    private List<Member> members;
    private List<ProbeAnswer> earlier = List.of();

    SimulatedRouter(Simulation simulation) {
        this.simulation = simulation;
        this.random = simulation.random().split();
        this.members = simulation.members();
    }

    void begin() {
        simulation.after(random.nextLong(100), () -> {
            new Read(simulation.history().floor()).probe();
            if (!simulation.isEnding()) {
                begin();
            }
        });
    }

    /** One read through all its tries. */
    private final class Read {
        private final long floor;
        private int tries;
        private int probe;
        private boolean decided;
        private List<ProbeAnswer> answers = new ArrayList<>();

        Read(long floor) {
            this.floor = floor;
        }

        void probe() {
            if (++tries > TRIES_MAX) {
                return;
            }
            probe++;
            int mine = probe;
            decided = false;
            answers = new ArrayList<>();
            if (simulation.mutation() == Mutation.JOIN_PROBE && earlier.size() == 2) {
                answers.addAll(earlier);
                earlier = List.of();
                decideOnTwo(mine);
                return;
            }
            for (Member member : members) {
                SimulatedNode node = simulation.node(member);
                simulation.travel(member, member, () -> {
                    if (node.isUp()) {
                        ProbeAnswer answer = node.probe(simulation.now());
                        simulation.travel(member, member, () -> answered(mine, answer));
                    }
                });
            }
            simulation.after(1_000, () -> again(mine));
        }

        private void again(int mine) {
            if (mine == probe && !decided) {
                probe();
            }
        }

        private void answered(int mine, ProbeAnswer answer) {
            if (mine != probe || decided || answers.stream().anyMatch(known -> known.from().equals(answer.from()))) {
                return;
            }
            if (answer.generation() > generation && simulation.mutation() != Mutation.RETIRED_ANSWERS) {
                generation = answer.generation();
                members = answer.members();
                probe();
                return;
            }
            boolean counts = answer.role() == Role.VOTER && answer.generation() == generation
                || simulation.mutation() == Mutation.RETIRED_ANSWERS;
            if (!counts) {
                return;
            }
            answers.add(answer);
            if (simulation.mutation() == Mutation.ONE_ANSWER && answers.size() == 1) {
                decided = true;
                read(answer.from(), new ReadPoint.Committed(answer.generation(), answer.committed()));
            } else if (answers.size() == 2) {
                earlier = List.copyOf(answers);
                decideOnTwo(mine);
            } else if (answers.size() == 3) {
                decideOnThree();
            }
        }

        private void decideOnTwo(int mine) {
            Position newest = newest();
            Epoch promised = answers.stream().map(ProbeAnswer::promised).max(Comparator.naturalOrder()).orElseThrow();
            if (readCommitted(newest)) {
                return;
            }
            boolean proven = answers.stream().allMatch(answer -> answer.last().equals(newest)
                && answer.promised().equals(newest.epoch()));
            if (proven) {
                decided = true;
                read(answers.get(random.nextInt(2)).from(), new ReadPoint.Proof(generation, newest));
                return;
            }
            boolean alive = answers.stream().anyMatch(answer -> answer.lease().isPresent())
                || newest.epoch().equals(promised);
            if (alive && promised.counter() > 0 && promised.generation() == generation && random.nextInt(3) > 0) {
                decided = true;
                Position minimum = simulation.mutation() == Mutation.HOLDER_NO_M ? Position.START : newest;
                read(members.get(promised.slot()), new ReadPoint.AsHolder(generation, minimum, promised));
                return;
            }
            simulation.after(THIRD_ANSWER_MILLIS, () -> {
                if (mine == probe && !decided) {
                    repair(best());
                }
            });
        }

        private void decideOnThree() {
            if (!readCommitted(newest())) {
                repair(best());
            }
        }

        private boolean readCommitted(Position newest) {
            for (ProbeAnswer answer : answers) {
                if (answer.committed().version() >= newest.version()) {
                    decided = true;
                    long of = simulation.mutation() == Mutation.RETIRED_ANSWERS ? answer.generation() : generation;
                    read(answer.from(), new ReadPoint.Committed(of, newest));
                    return true;
                }
            }
            return false;
        }

        private void repair(Member at) {
            decided = true;
            int mine = probe;
            simulation.after(simulation.delay(), () -> simulation.ask(simulation.node(at),
                ticket -> new Message.Repair(ticket, generation),
                (answer, node) -> {
                    if (mine == probe && answer instanceof Answer.Repaired repaired) {
                        read(at, new ReadPoint.Committed(generation, repaired.committed()));
                    } else if (mine == probe) {
                        probe();
                    }
                }, this::probe));
        }

        private void read(Member at, ReadPoint point) {
            simulation.after(simulation.delay(), () -> simulation.ask(simulation.node(at),
                ticket -> new Message.Read(ticket, point),
                (answer, node) -> {
                    if (answer instanceof Answer.Serve serve) {
                        simulation.history().served(serve.at(), floor);
                    } else {
                        probe();
                    }
                }, this::probe));
        }

        private Position newest() {
            return answers.stream().map(ProbeAnswer::last).max(Comparator.naturalOrder()).orElseThrow();
        }

        private Member best() {
            return answers.stream().max(Comparator.comparing(ProbeAnswer::last)).orElseThrow().from();
        }
    }
}
