package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefLogReplica;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.StagedPushes;
import dev.trine.server.replication.Step;
import dev.trine.server.replication.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A node: the production class around a simulated disk, with a clock that is wrong in its own way. */
final class SimulatedNode {
    static final RepoId REPO = new RepoId("00".repeat(16));
    /** As in production, but with short logs and messages. */
    static final Timeouts PATIENT =
        new Timeouts(200, 5_000, 400, 200, 20, 180, 2_000, 1_000, 3_500, 10_000, 2_000, 10_000, 4, 4_096, 3);
    /** Locks change hands all the time. */
    static final Timeouts HASTY =
        new Timeouts(30, 120, 80, 60, 5, 40, 200, 150, 2_000, 3_000, 400, 10_000, 4, 4_096, 1);

    private final Member member;
    private final SimulatedDisk disk;
    private final Timeouts timeouts;
    private final SplittableRandom random;
    private final Mutation mutation;
    private Optional<RefLogReplica> replica = Optional.empty();
    private double clockRate = 1;
    private long clockOffset;
    private int life;

    SimulatedNode(Member member, ReplicaState state, Timeouts timeouts, SplittableRandom random, Mutation mutation) {
        this.member = member;
        this.timeouts = timeouts;
        this.disk = new SimulatedDisk(state, mutation);
        this.random = random;
        this.mutation = mutation;
    }

    Member member() {
        return member;
    }

    SimulatedDisk disk() {
        return disk;
    }

    boolean isUp() {
        return replica.isPresent();
    }

    /** Counts starts: what was under way before a crash concerns nobody after it. */
    int life() {
        return life;
    }

    void start(long now) {
        clockRate = 0.5 + random.nextDouble();
        clockOffset = random.nextLong(1_000_000) - (long) (now * clockRate);
        startExactly();
    }

    /** Starts with a clock that is right. */
    void startExactly() {
        life++;
        StagedPushes staged = (push, packs) -> mutation == Mutation.ACK_NO_OBJECTS || disk.objects().contains(push);
        replica = Optional.of(new RefLogReplica(REPO, member, disk.stored(), () -> disk, staged, timeouts,
            random.nextLong()));
    }

    /** From now on the clock is right. */
    void mendClock(long now) {
        long local = clock(now);
        clockRate = 1;
        clockOffset = local - now;
    }

    void jumpClock(long millis) {
        clockOffset += millis;
    }

    void crash() {
        replica = Optional.empty();
    }

    ProbeAnswer probe(long now) {
        return replica.orElseThrow().probe(clock(now));
    }

    RefLogReplica replica() {
        return replica.orElseThrow();
    }

    boolean isIdle(long now) {
        return replica.orElseThrow().isIdle(clock(now));
    }

    /**
     * Takes a step and returns the effects that were carried out; a crash may come between any two of its parts.
     *
     * @param crash   whether the node crashes during this step
     * @param written is told of the batch, if it was written
     */
    List<Effect> step(long now, Message message, boolean crash, Consumer<Batch> written) {
        Step step = replica.orElseThrow().step(clock(now), message);
        if (mutation == Mutation.EPOCH_REUSE && now <= Simulation.FAULTS_MILLIS && !step.before().isEmpty()
            && random.nextInt(8) == 0) {
            crash();
            return step.before();
        }
        List<Effect> effects = new ArrayList<>(step.before());
        if (mutation == Mutation.SEND_BEFORE_SYNC) {
            effects.addAll(step.after());
            if (!crash) {
                write(step.batch(), written);
                return effects;
            }
        }
        if (!crash) {
            write(step.batch(), written);
            effects.addAll(step.after());
            return effects;
        }
        int point = random.nextInt(3);
        if (point > 0) {
            write(step.batch(), written);
        }
        if (point > 1 && !step.after().isEmpty()) {
            effects.addAll(step.after().subList(0, random.nextInt(step.after().size())));
        } else if (random.nextBoolean() && mutation != Mutation.SEND_BEFORE_SYNC && !effects.isEmpty()) {
            effects = effects.subList(0, random.nextInt(effects.size()));
        }
        crash();
        return effects;
    }

    boolean hasObjects(List<LogEntry.Push> pushes) {
        return pushes.stream().map(LogEntry.Push::pushId).allMatch(disk.objects()::contains);
    }

    void takeObjects(List<LogEntry.Push> pushes) {
        pushes.stream().map(LogEntry.Push::pushId).forEach(disk.objects()::add);
    }

    /** Removes objects that neither refs nor log need: a staged push may have to be staged again. */
    void collectGarbage() {
        List<PushId> needed = new ArrayList<>(
            disk.outcomes().stream().filter(RecordedOutcome::committed).map(RecordedOutcome::push).toList());
        if (mutation != Mutation.GC_TAIL) {
            disk.log().values().forEach(logged -> {
                if (logged.entry() instanceof LogEntry.Push push) {
                    needed.add(push.pushId());
                }
            });
        }
        disk.objects().retainAll(needed);
    }

    private void write(Batch batch, Consumer<Batch> written) {
        ReplicaState before = disk.state();
        disk.write(batch);
        if (mutation == Mutation.EPOCH_REUSE) {
            disk.forgetPromise(before);
        }
        written.accept(batch);
    }

    private long clock(long now) {
        return clockOffset + (long) (now * clockRate);
    }
}
