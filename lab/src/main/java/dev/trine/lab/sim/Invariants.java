package dev.trine.lab.sim;

import static dev.trine.lab.sim.Violation.check;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.ReplicaState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What really happened, as nobody in the system can see it; checks the invariants I1 to I12 against it. */
final class Invariants {
    private final Losses losses;
    private final Map<Position, Logged> created = new HashMap<>();
    private final List<Logged> committed = new ArrayList<>();
    private final List<TreeMap<RefName, RefValue>> refs = new ArrayList<>(List.of(new TreeMap<>()));
    private final List<Epoch> committedBy = new ArrayList<>();
    private final Set<PushId> effective = new HashSet<>();
    private final Set<PushId> never = new HashSet<>();
    private final Map<Member, ReplicaState> seen = new HashMap<>();
    private final Map<PushId, List<RefUpdate>> asked = new HashMap<>();
    private final Map<RefValue, PushId> origins = new HashMap<>();
    private final List<Long> generations = new ArrayList<>(List.of(1L));
    private long floor;
    private long acknowledged;

    Invariants(Losses losses) {
        this.losses = losses;
    }

    /** What every read or rejection that begins now must reflect. */
    long floor() {
        return floor;
    }

    /** Newest committed version. */
    long last() {
        return committed.size();
    }

    /** How many generations have ended. */
    long seals() {
        return generations.getLast() - 1;
    }

    /** How many pushes took effect. */
    int pushes() {
        return effective.size();
    }

    TreeMap<RefName, RefValue> refsAt(long version) {
        return refs.get(Math.toIntExact(version));
    }

    boolean tookEffect(PushId push) {
        return effective.contains(push);
    }

    /** A client asks for a push: whatever its entry says, it must take effect on exactly these old values. */
    void asked(PushId push, List<RefUpdate> updates) {
        asked.put(push, updates);
        updates.forEach(update -> update.newValue().ifPresent(value -> origins.putIfAbsent(value, push)));
    }

    /** A client was told that a push is committed. */
    void acknowledged(PushId push, Position at) {
        check(at.version() <= last(), "I11 acknowledged is committed", push, at);
        check(entry(at.version()).position().equals(at), "I11 acknowledged where it is", push, at);
        check(entry(at.version()).entry() instanceof LogEntry.Push p && p.pushId().equals(push),
            "I11 acknowledged is what was pushed", push, at, entry(at.version()));
        check(!never.contains(push), "an outcome is final", push, at);
        acknowledged = Math.max(acknowledged, at.version());
        floor = Math.max(floor, at.version());
    }

    /** A client was told that a push never takes effect. */
    void denied(PushId push) {
        check(!effective.contains(push), "a denied push has no effect", push);
        never.add(push);
    }

    void rejected(Position at, long floorBefore) {
        check(at.version() >= floorBefore, "I12 a rejection is a read", at, floorBefore);
        check(at.version() <= last(), "I12 a rejection is evaluated on what is committed", at, last());
        check(at.version() == 0 || entry(at.version()).position().equals(at),
            "I12 a rejection is evaluated on what is committed", at);
    }

    void served(Position at, long floorBefore) {
        check(at.version() >= floorBefore, "I12 a read reflects what preceded it", at, floorBefore);
        check(at.version() == 0 || entry(at.version()).position().equals(at), "a read shows what is committed", at);
        floor = Math.max(floor, at.version());
    }

    /** A disk was lost, or its replica made anew: what is on it from now on has no past. */
    void forget(Member member) {
        seen.remove(member);
    }

    /** Checks a node's disk after the batch that a message made it write. */
    void look(SimulatedNode node, Message cause, Batch batch, List<SimulatedNode> nodes) {
        SimulatedDisk disk = node.disk();
        ReplicaState state = disk.state();
        ReplicaState before = seen.put(node.member(), state);
        Position last = disk.last();
        losses.look(nodes);
        if (before != null) {
            check(!state.promised().isBefore(before.promised()), "I1 promised never falls", before, state);
            check(state.committed().version() >= before.committed().version(), "I5 committed never falls", before,
                state);
        }
        check(!last.epoch().isAfter(state.promised()), "I1 promised >= last", state, last);
        check(last.version() == state.base().version() + disk.log().size(), "the log on disk has no gaps", state,
            disk.log().keySet());
        checkOrder(disk);
        batch.put().forEach(entry -> created(entry, disk));
        if (before == null || !before.committed().equals(state.committed())) {
            long known = last();
            extend(node, nodes);
            if (before != null && state.committed().version() > known) {
                checkCounted(node, cause, before, nodes);
            }
            check(disk.refs().equals(refsAt(state.committed().version())), "I4 refs are the committed history's",
                state, disk.refs(), refsAt(state.committed().version()));
        }
        check(state.role() == Role.LEARNER
            || state.generation() == generations.get(Math.toIntExact(state.committed().version())),
            "I8 a generation begins with the SEAL of the one before, for every node", state);
        checkObjects(disk);
        checkDurable(nodes);
    }

    /**
     * Whoever learns first that something is committed: a read proved it, or an entry of the holder's own epoch was
     * counted, and the holder's disk was among those counted. (A SEAL is as far as one can go at once.)
     */
    private void checkCounted(SimulatedNode node, Message cause, ReplicaState before, List<SimulatedNode> nodes) {
        Position to = node.disk().state().committed();
        if (cause instanceof Message.Read || entry(to.version()).entry() instanceof LogEntry.Seal) {
            return;
        }
        Member holder = before.members().get(to.epoch().slot());
        Epoch told = cause instanceof Message.Received received
            && received.envelope().payload() instanceof PeerMessage.Append append ? append.epoch() : before.promised();
        check(to.epoch().equals(told), "I6 only an entry of the holder's own epoch is counted", to, cause);
        Optional<SimulatedNode> counted = nodes.stream().filter(other -> other.member().equals(holder)).findFirst();
        check(counted.isEmpty() || has(counted.get().disk(), to.version()),
            "I6 the holder counts itself only if it has it", to, holder);
    }

    private static void checkOrder(SimulatedDisk disk) {
        Position before = disk.state().committed();
        for (Logged logged : disk.log().tailMap(before.version(), false).values()) {
            check(!logged.position().epoch().isBefore(before.epoch()), "I1 epochs never fall along a log", before,
                logged);
            before = logged.position();
        }
    }

    private void created(Logged entry, SimulatedDisk disk) {
        Logged known = created.putIfAbsent(entry.position(), entry);
        check(known == null || known.equals(entry), "I2, I7 a position names one entry and its prefix", known, entry);
        if (known != null) {
            return;
        }
        for (long v = 1; v <= last(); v++) {
            if (committedBy.get(Math.toIntExact(v - 1)).isBefore(entry.position().epoch())) {
                check(entry.version() > v, "I3 a session has adopted what is committed", entry, entry(v));
                Logged mine = disk.log().get(v);
                check(mine == null || mine.equals(entry(v)), "I3 a session's log contains what is committed", mine,
                    entry(v));
            }
        }
    }

    /** A node has committed more: it must be the history, or extend it rightly. */
    private void extend(SimulatedNode node, List<SimulatedNode> nodes) {
        ReplicaState state = node.disk().state();
        long to = state.committed().version();
        for (long v = last() + 1; v <= to; v++) {
            Logged entry = node.disk().log().getOrDefault(v, node.disk().dropped().get(v));
            check(entry != null, "what nobody committed before is in the log", state, v);
            append(entry, state);
        }
        if (to == 0) {
            return;
        }
        check(entry(to).position().equals(state.committed()), "I5 one history", entry(to), state);
        node.disk().log().headMap(to, true).forEach((v, mine) ->
            check(mine.equals(entry(v)), "I5 what is committed is the same everywhere", mine, entry(v)));
        check(copies(to, nodes) >= losses.copiesNeeded(), "I6 committed is on two disks", entry(to));
    }

    private void append(Logged entry, ReplicaState state) {
        TreeMap<RefName, RefValue> next = new TreeMap<>(refs.getLast());
        if (!committed.isEmpty() && committed.getLast().entry() instanceof LogEntry.Seal seal) {
            check(entry.position().epoch().generation() == seal.position().epoch().generation() + 1,
                "I8 nothing of a generation takes effect behind its SEAL", seal, entry);
        }
        switch (entry.entry()) {
            case LogEntry.Push push -> {
                check(effective.add(push.pushId()), "I10 a push takes effect once", push);
                check(!never.contains(push.pushId()), "a denied push has no effect", push);
                check(push.updates().size() == asked.get(push.pushId()).size(), "what was asked for is done", push);
                for (RefUpdate update : asked.get(push.pushId())) {
                    check(Optional.ofNullable(next.get(update.name())).equals(update.oldValue()),
                        "I10 compared with the state that it changes", push, next);
                    update.newValue().ifPresentOrElse(value -> next.put(update.name(), value),
                        () -> next.remove(update.name()));
                }
            }
            case LogEntry.Abort abort -> never.add(abort.pushId());
            case LogEntry.Noop noop -> { }
            case LogEntry.Seal seal -> { }
        }
        refs.add(next);
        committed.add(entry);
        committedBy.add(state.committed().epoch());
        generations.add(generations.getLast() + (entry.entry() instanceof LogEntry.Seal ? 1 : 0));
    }

    private void checkObjects(SimulatedDisk disk) {
        if (disk.isEmptied()) {
            return;
        }
        disk.tail().forEach(push -> check(push.packs().isEmpty() || disk.objects().contains(push.pushId()),
            "I9 objects of the tail are durable", push));
        disk.refs().forEach((name, value) -> check(disk.objects().contains(origins.get(value)),
            "I9 objects of the committed refs are durable", name, value));
    }

    /** Checks what has to be durable whatever happens to a single disk. */
    void checkDurable(List<SimulatedNode> nodes) {
        check(acknowledged == 0 || copies(acknowledged, nodes) >= losses.copiesNeeded(),
            "I11 what is acknowledged is on two disks, on one if a disk was lost", acknowledged);
    }

    private long copies(long version, List<SimulatedNode> nodes) {
        long copies = 0;
        for (SimulatedNode node : nodes) {
            SimulatedDisk disk = node.disk();
            if (disk.hasReplica() && !disk.isEmptied() && disk.state().role() != Role.LEARNER && has(disk, version)) {
                copies++;
            }
        }
        return copies;
    }

    private boolean has(SimulatedDisk disk, long version) {
        return disk.state().committed().version() >= version || entry(version).equals(disk.log().get(version));
    }

    private Logged entry(long version) {
        return committed.get(Math.toIntExact(version - 1));
    }
}
