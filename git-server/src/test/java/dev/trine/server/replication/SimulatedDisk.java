package dev.trine.server.replication;

import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
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

/** What survives a crash of a transcript's node: exactly what batches wrote, and the objects it was given. */
final class SimulatedDisk implements RefTable {
    private ReplicaState state;
    private final TreeMap<Long, Logged> log = new TreeMap<>();
    private final Map<PushId, RecordedOutcome> outcomes = new LinkedHashMap<>();
    private TreeMap<RefName, RefValue> refs = new TreeMap<>();
    private final Set<PushId> objects = new HashSet<>();
    private final Map<PullId, TreeMap<RefName, RefValue>> pulled = new HashMap<>();

    SimulatedDisk(ReplicaState state) {
        this.state = state;
    }

    ReplicaState state() {
        return state;
    }

    TreeMap<Long, Logged> log() {
        return log;
    }

    /** Chain value of a version, if it is in the log or its base. */
    Optional<Chain> chainAt(long version) {
        return version == state.base().version() ? Optional.of(state.baseChain())
            : Optional.ofNullable(log.get(version)).map(Logged::chain);
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
        batch.dropUpTo().ifPresent(version -> log.headMap(version, true).clear());
        batch.truncateFrom().ifPresent(version -> log.tailMap(version, true).clear());
        batch.put().forEach(entry -> log.put(entry.version(), entry));
        batch.refs().forEach((name, value) ->
            value.ifPresentOrElse(it -> refs.put(name, it), () -> refs.remove(name)));
        batch.outcomesAdded().forEach(outcome -> outcomes.put(outcome.push(), outcome));
        batch.outcomesDropped().forEach(outcomes::remove);
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
