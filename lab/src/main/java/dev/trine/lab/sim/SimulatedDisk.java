package dev.trine.lab.sim;

import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.StoredReplica;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * A simulated node's disk: what batches wrote, and objects, of which a crash leaves those that were synced. It may be
 * full, and objects on it may become unreadable.
 */
final class SimulatedDisk implements RefTable {
    private final Mistakes mistakes;
    private Optional<ReplicaState> state;
    private final TreeMap<Long, Logged> log = new TreeMap<>();
    private final TreeMap<Long, Logged> dropped = new TreeMap<>();
    private final Map<PushId, RecordedOutcome> outcomes = new LinkedHashMap<>();
    private TreeMap<RefName, RefValue> refs = new TreeMap<>();
    private final Set<PushId> objects = new LinkedHashSet<>();
    private final Set<PushId> unsynced = new LinkedHashSet<>();
    private final Set<PushId> damaged = new LinkedHashSet<>();
    private final Map<PullId, TreeMap<RefName, RefValue>> pulled = new HashMap<>();
    private Optional<Batch> torn = Optional.empty();
    private boolean full;
    private boolean emptied;

    /** A disk; without a state it has no replica. */
    SimulatedDisk(Optional<ReplicaState> state, Mistakes mistakes) {
        this.state = state;
        this.mistakes = mistakes;
    }

    /** As it is now, to be put back later. */
    SimulatedDisk copy() {
        SimulatedDisk copy = new SimulatedDisk(state, mistakes);
        copy.log.putAll(log);
        copy.outcomes.putAll(outcomes);
        copy.refs.putAll(refs);
        copy.objects.addAll(objects);
        copy.emptied = emptied;
        return copy;
    }

    boolean hasReplica() {
        return state.isPresent();
    }

    ReplicaState state() {
        return state.orElseThrow();
    }

    boolean isIn(Role role) {
        return state.filter(it -> it.role() == role).isPresent();
    }

    /** Whether the replica on it has withdrawn, or would if it became a member. */
    boolean isWithdrawn() {
        return state.flatMap(ReplicaState::withdrawal).isPresent();
    }

    TreeMap<Long, Logged> log() {
        return log;
    }

    Position last() {
        return log.isEmpty() ? state().base() : log.lastEntry().getValue().position();
    }

    /** Chain value of a version, if it is in the log or its base. */
    Optional<Chain> chainAt(long version) {
        return version == state().base().version() ? Optional.of(state().baseChain())
            : Optional.ofNullable(log.get(version)).map(Logged::chain);
    }

    /** Pushes above the committed position. */
    List<LogEntry.Push> tail() {
        List<LogEntry.Push> tail = new ArrayList<>();
        for (Logged logged : log.tailMap(state().committed().version(), false).values()) {
            if (logged.entry() instanceof LogEntry.Push push) {
                tail.add(push);
            }
        }
        return tail;
    }

    /** Ends of generations that the log holds and that are not committed, as far as this disk knows. */
    List<LogEntry.Seal> openSeals() {
        return hasReplica() ? log.tailMap(state().committed().version(), false).values().stream().map(Logged::entry)
            .filter(LogEntry.Seal.class::isInstance).map(LogEntry.Seal.class::cast).toList() : List.of();
    }

    /** Committed entries that the last batch compacted away. */
    TreeMap<Long, Logged> dropped() {
        return dropped;
    }

    TreeMap<RefName, RefValue> refs() {
        return refs;
    }

    /** Pushes whose objects are durable here. */
    Set<PushId> objects() {
        return objects;
    }

    /** Pushes whose objects cannot be read any more. */
    Set<PushId> damaged() {
        return damaged;
    }

    List<RecordedOutcome> outcomes() {
        return List.copyOf(outcomes.values());
    }

    boolean isFull() {
        return full;
    }

    void full(boolean now) {
        full = now;
    }

    /** Whether a retired replica's data were removed. */
    boolean isEmptied() {
        return emptied;
    }

    StoredReplica stored() {
        return new StoredReplica(state(), new ArrayList<>(log.values()), outcomes());
    }

    /** Makes an empty replica on a disk that has none. */
    void create(ReplicaState empty) {
        state = Optional.of(empty);
        emptied = false;
    }

    /** The replica is gone from the disk, as if it had never been there, or it is as empty as that state says. */
    void empty(Optional<ReplicaState> left) {
        state = left;
        log.clear();
        outcomes.clear();
        refs.clear();
        objects.clear();
        unsynced.clear();
        damaged.clear();
        pulled.clear();
    }

    /** A retired replica's data go away; that it is retired, and where the repository went, stays. */
    void removeData() {
        objects.clear();
        unsynced.clear();
        damaged.clear();
        emptied = true;
    }

    /** Objects arrive; until they are synced a crash takes them away. Returns whether there is room. */
    boolean receive(Collection<PushId> pushes) {
        if (full) {
            return false;
        }
        pushes.stream().filter(push -> !objects.contains(push)).forEach(unsynced::add);
        return true;
    }

    /** What was received is durable, and readable. */
    void sync(Collection<PushId> pushes) {
        pushes.forEach(push -> {
            unsynced.remove(push);
            objects.add(push);
            damaged.remove(push);
        });
    }

    /** Refs of a pull, not yet switched to. */
    void receive(PullId pull, Map<RefName, RefValue> theirs) {
        pulled.put(pull, new TreeMap<>(theirs));
    }

    /** Power goes. Returns whether anything was lost that had been written. */
    boolean crash() {
        boolean lost = !unsynced.isEmpty();
        unsynced.clear();
        pulled.clear();
        return lost;
    }

    /** Half of a batch reaches the disk. */
    void tear(Batch batch) {
        torn = Optional.of(batch);
    }

    /** What the store does when it opens: a record without its end is no record. */
    void recover() {
        if (mistakes.appliesTornBatch()) {
            torn.flatMap(Batch::state).ifPresent(first -> state = Optional.of(first));
        }
        torn = Optional.empty();
    }

    /** Writes a batch whole, in the order that {@link Batch} prescribes. */
    void write(Batch given) {
        Batch batch = mistakes.written(this, given);
        batch.state().ifPresent(changed -> state = Optional.of(changed));
        batch.snapshot().ifPresent(pull -> {
            refs = pulled.get(pull);
            emptied = false;
            log.clear();
            outcomes.clear();
        });
        dropped.clear();
        batch.dropUpTo().ifPresent(version -> {
            dropped.putAll(log.headMap(version, true));
            log.headMap(version, true).clear();
        });
        batch.truncateFrom().ifPresent(version -> log.tailMap(version, true).clear());
        batch.put().forEach(entry -> log.put(entry.version(), entry));
        batch.refs().forEach((name, value) ->
            value.ifPresentOrElse(it -> refs.put(name, it), () -> refs.remove(name)));
        batch.outcomesAdded().forEach(outcome -> outcomes.put(outcome.push(), outcome));
        batch.outcomesDropped().forEach(outcomes::remove);
    }

    /**
     * Removes objects that neither refs nor log need: a staged push may have to be staged again. Returns how many.
     */
    int collectGarbage() {
        Set<PushId> needed = new HashSet<>();
        outcomes.values().stream().filter(RecordedOutcome::committed).map(RecordedOutcome::push).forEach(needed::add);
        if (mistakes.sparesTail()) {
            tail().forEach(push -> needed.add(push.pushId()));
        }
        int before = objects.size();
        objects.retainAll(needed);
        damaged.retainAll(objects);
        return before - objects.size();
    }

    @Override
    public Optional<RefValue> get(RefName name) {
        return Optional.ofNullable(refs.get(name));
    }

    @Override
    public void scan(String prefix, BiPredicate<RefName, RefValue> visitor) {
        for (Map.Entry<RefName, RefValue> ref : refs.entrySet()) {
            if (ref.getKey().value().startsWith(prefix) && !visitor.test(ref.getKey(), ref.getValue())) {
                return;
            }
        }
    }
}
