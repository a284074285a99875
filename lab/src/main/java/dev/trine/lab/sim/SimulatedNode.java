package dev.trine.lab.sim;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.RefLogReplica;
import dev.trine.server.replication.ReplicaState;
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

    private final int number;
    private final Timeouts timeouts;
    private final SplittableRandom random;
    private final Mistakes mistakes;
    private final FaultCounts faults;
    private Member member;
    private SimulatedDisk disk;
    private Optional<RefLogReplica> replica = Optional.empty();
    private int incarnations = 1;
    private boolean up;
    private double clockRate = 1;
    private long clockOffset;
    private int life;
    private long pausedUntil;
    private List<Member> told = List.of();
    private int tellings;

    SimulatedNode(int number, Timeouts timeouts, SplittableRandom random, Mistakes mistakes, FaultCounts faults) {
        this.number = number;
        this.timeouts = timeouts;
        this.random = random;
        this.mistakes = mistakes;
        this.faults = faults;
        this.member = member(number, 1);
        this.disk = new SimulatedDisk(Optional.empty(), mistakes);
    }

    /** The disk that a node has when it was formatted so often. */
    static Member member(int number, int incarnation) {
        return new Member(new NodeId("n" + number),
            new Incarnation(String.format("%d%d%030d", number, incarnation % 10, incarnation)));
    }

    /** Who it is, as long as it keeps its disk. */
    Member member() {
        return member;
    }

    /** Its place in the network, from 0. */
    int place() {
        return number - 1;
    }

    SimulatedDisk disk() {
        return disk;
    }

    boolean isUp() {
        return up;
    }

    /** Whether it is up and has the repository. */
    boolean hosts() {
        return replica.isPresent();
    }

    boolean isPaused(long now) {
        return now < pausedUntil;
    }

    long pausedUntil() {
        return pausedUntil;
    }

    void pause(long until) {
        pausedUntil = Math.max(pausedUntil, until);
    }

    /** Somebody says who the members are now. */
    void tell(List<Member> present) {
        told = List.copyOf(present);
        tellings++;
    }

    /** Whom it was told of since its start. */
    List<Member> told() {
        return told;
    }

    /** Counts how often it was told of some. */
    int tellings() {
        return tellings;
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

    /** Starts with the clock that it has. */
    void startExactly() {
        up = true;
        life++;
        disk.recover();
        load();
    }

    /** Begins to host the repository. */
    void create(ReplicaState empty) {
        disk.create(empty);
        if (up) {
            load();
        }
    }

    private void load() {
        replica = disk.hasReplica() ? Optional.of(new RefLogReplica(REPO, member, disk.stored(), () -> disk,
            (push, packs) -> mistakes.isStaged(disk, push), timeouts, random.nextLong())) : Optional.empty();
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
        if (disk.crash()) {
            faults.happened(Fault.OBJECTS_UNSYNCED);
        }
        up = false;
        pausedUntil = 0;
        replica = Optional.empty();
        told = List.of();
    }

    /** The disk is another one from now on, with another identity if all is right. The node must be down. */
    void replaceDisk(SimulatedDisk other) {
        disk = other;
        if (mistakes.reincarnates()) {
            disk = new SimulatedDisk(Optional.empty(), mistakes);
            incarnations++;
            member = member(number, incarnations);
        }
    }

    ProbeAnswer probe(long now) {
        return replica.map(hosted -> hosted.probe(clock(now))).orElseGet(() -> new ProbeAnswer(member, Role.UNKNOWN, 0,
            Epoch.NULL, Position.START, Position.START, Optional.empty(), List.of(), false));
    }

    boolean isIdle(long now) {
        return replica.filter(hosted -> !hosted.isIdle(clock(now))).isEmpty();
    }

    /**
     * Takes a step and returns the effects that were carried out; a crash may come between any two of its parts.
     *
     * @param crash   whether and where the node crashes during this step
     * @param written is told of the batch, if it was written
     */
    List<Effect> step(long now, Message message, Crash crash, Consumer<Batch> written) {
        Step step = replica.orElseThrow().step(clock(now), message);
        List<Effect> sent = new ArrayList<>(step.before());
        List<Effect> kept = new ArrayList<>(step.after());
        if (mistakes.sendsBeforeSync()) {
            sent.addAll(kept);
            kept.clear();
        }
        boolean writes = !step.batch().isEmpty();
        if (writes && disk.isFull()) {
            faults.happened(Fault.DISK_FULL);
            crash();
            return sent;
        }
        if (crash == Crash.ANYWHERE && random.nextInt(3) == 0
            || crash == Crash.BEFORE_SYNC && writes && !sent.isEmpty()) {
            return crashBeforeSync(step.batch(), sent, crash);
        }
        if (writes) {
            disk.write(step.batch());
            written.accept(step.batch());
        }
        if (crash == Crash.ANYWHERE) {
            int left = kept.isEmpty() ? 0 : random.nextInt(kept.size());
            sent.addAll(kept.subList(0, left));
            faults.happened(Fault.CRASH_AFTER_SYNC);
            crash();
        } else {
            sent.addAll(kept);
        }
        return sent;
    }

    private List<Effect> crashBeforeSync(Batch batch, List<Effect> sent, Crash crash) {
        if (!batch.isEmpty()) {
            boolean torn = random.nextBoolean();
            if (torn) {
                disk.tear(batch);
            }
            faults.happened(torn ? Fault.BATCH_TORN : Fault.CRASH_BEFORE_SYNC);
        }
        crash();
        boolean all = crash == Crash.BEFORE_SYNC || sent.isEmpty() || random.nextBoolean();
        return all ? sent : sent.subList(0, random.nextInt(sent.size()));
    }

    /** Where a node dies in a step; {@code BEFORE_SYNC} only if it has sent something by then. */
    enum Crash { NOT, ANYWHERE, BEFORE_SYNC }

    private long clock(long now) {
        return clockOffset + (long) (now * clockRate);
    }
}
