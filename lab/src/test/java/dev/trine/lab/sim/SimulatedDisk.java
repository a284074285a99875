package dev.trine.lab.sim;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/** What survives a crash of a simulated node: exactly what batches wrote, and the objects it was given. */
final class SimulatedDisk implements RefTable {
    private ReplicaState state;
    private final TreeMap<Long, Logged> log = new TreeMap<>();
    private final TreeMap<Long, Logged> dropped = new TreeMap<>();
    private final Map<PushId, RecordedOutcome> outcomes = new LinkedHashMap<>();
    private TreeMap<RefName, RefValue> refs = new TreeMap<>();
    private final Set<PushId> objects = new HashSet<>();
    private final Map<PullId, TreeMap<RefName, RefValue>> pulled = new HashMap<>();
    private final Mutation mutation;

    SimulatedDisk(ReplicaState state, Mutation mutation) {
        this.state = state;
        this.mutation = mutation;
    }

    ReplicaState state() {
        return state;
    }

    TreeMap<Long, Logged> log() {
        return log;
    }

    Position last() {
        return log.isEmpty() ? state.base() : log.lastEntry().getValue().position();
    }

    /** Chain value of a version, if it is in the log or its base. */
    Optional<Chain> chainAt(long version) {
        return version == state.base().version() ? Optional.of(state.baseChain())
            : Optional.ofNullable(log.get(version)).map(Logged::chain);
    }

    /** Pushes above the committed position. */
    List<LogEntry.Push> tail() {
        return log.tailMap(state.committed().version(), false).values().stream().map(Logged::entry)
            .filter(LogEntry.Push.class::isInstance).map(LogEntry.Push.class::cast).toList();
    }

    /** Refs after the whole log. */
    Map<RefName, RefValue> head() {
        Map<RefName, RefValue> head = new HashMap<>(refs);
        tail().forEach(push -> push.updates().forEach(update -> update.newValue()
            .ifPresentOrElse(value -> head.put(update.name(), value), () -> head.remove(update.name()))));
        return head;
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

    List<RecordedOutcome> outcomes() {
        return List.copyOf(outcomes.values());
    }

    void receive(PullId pull, TreeMap<RefName, RefValue> theirs) {
        pulled.put(pull, new TreeMap<>(theirs));
    }

    StoredReplica stored() {
        return new StoredReplica(state, new ArrayList<>(log.values()), outcomes());
    }

    /** Writes a batch whole, in the order that {@link Batch} prescribes. */
    void write(Batch batch) {
        batch.state().ifPresent(changed -> state = changed);
        batch.snapshot().ifPresent(pull -> {
            refs = pulled.get(pull);
            log.clear();
            outcomes.clear();
        });
        dropped.clear();
        batch.dropUpTo().ifPresent(version -> {
            dropped.putAll(log.headMap(version, true));
            log.headMap(version, true).clear();
        });
        if (mutation != Mutation.NO_TRUNCATE) {
            batch.truncateFrom().ifPresent(version -> log.tailMap(version, true).clear());
        }
        batch.put().forEach(entry -> log.put(entry.version(), entry));
        batch.refs().forEach((name, value) ->
            value.ifPresentOrElse(it -> refs.put(name, it), () -> refs.remove(name)));
        batch.outcomesAdded().forEach(outcome -> outcomes.put(outcome.push(), outcome));
        batch.outcomesDropped().forEach(outcomes::remove);
    }

    /** Fault: forgets everything, but not who it was. */
    void wipe(ReplicaState empty) {
        state = empty;
        log.clear();
        outcomes.clear();
        refs.clear();
        objects.clear();
    }

    /** Fault: the state is written without the promise that it contains, unless the log shows it. */
    void forgetPromise(ReplicaState before) {
        state = new ReplicaState(state.role(), state.generation(), state.members(),
            Epoch.max(before.promised(), last().epoch()), state.base(), state.baseChain(), state.committed());
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
