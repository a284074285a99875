package dev.trine.server.replication;

import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The batch of the step that is being taken, growing. */
final class Changes {
    private Optional<ReplicaState> state = Optional.empty();
    private Optional<PullId> snapshot = Optional.empty();
    private OptionalLong dropUpTo = OptionalLong.empty();
    private OptionalLong truncateFrom = OptionalLong.empty();
    private final List<Logged> put = new ArrayList<>();
    private final Map<RefName, Optional<RefValue>> refs = new LinkedHashMap<>();
    private final List<Logged> applied = new ArrayList<>();
    private final List<RecordedOutcome> outcomesAdded = new ArrayList<>();
    private final List<PushId> outcomesDropped = new ArrayList<>();
    private final Map<PushId, List<PackName>> packsJoined = new LinkedHashMap<>();

    void state(ReplicaState changed) {
        state = Optional.of(changed);
    }

    /** Switches to a pull; what was changed before in this step is gone with what it changed. */
    void snapshot(PullId pull, List<RecordedOutcome> outcomes) {
        snapshot = Optional.of(pull);
        put.clear();
        refs.clear();
        applied.clear();
        packsJoined.clear();
        outcomesDropped.clear();
        outcomesAdded.clear();
        outcomesAdded.addAll(outcomes);
    }

    void dropUpTo(long version) {
        put.removeIf(entry -> entry.version() <= version);
        dropUpTo = OptionalLong.of(version);
    }

    void truncateFrom(long version) {
        put.removeIf(entry -> entry.version() >= version);
        truncateFrom = OptionalLong.of(Math.min(version, truncateFrom.orElse(version)));
    }

    void put(List<Logged> entries) {
        put.addAll(entries);
    }

    void ref(RefName name, Optional<RefValue> value) {
        refs.put(name, value);
    }

    void applied(Logged entry) {
        applied.add(entry);
    }

    void outcome(RecordedOutcome added, List<PushId> dropped) {
        outcomesAdded.add(added);
        outcomesDropped.addAll(dropped);
    }

    void join(PushId push, List<PackName> packs) {
        packsJoined.put(push, packs);
    }

    Batch toBatch() {
        return new Batch(state, snapshot, dropUpTo, truncateFrom, put, refs, applied, outcomesAdded,
            outcomesDropped, packsJoined);
    }
}
