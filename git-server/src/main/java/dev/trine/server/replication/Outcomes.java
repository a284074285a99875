package dev.trine.server.replication;

import dev.trine.common.model.PushId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of the most recent pushes, oldest first. */
final class Outcomes {
    private final int kept;
    private final Map<PushId, RecordedOutcome> byPush = new LinkedHashMap<>();

    Outcomes(int kept) {
        this.kept = kept;
    }

    Optional<RecordedOutcome> of(PushId push) {
        return Optional.ofNullable(byPush.get(push));
    }

    void replace(List<RecordedOutcome> outcomes) {
        byPush.clear();
        outcomes.forEach(outcome -> byPush.put(outcome.push(), outcome));
    }

    /** Adds one and returns the pushes that are forgotten for it. */
    List<PushId> add(RecordedOutcome outcome) {
        BrokenInvariant.check(!byPush.containsKey(outcome.push()), "a push is settled once", outcome);
        byPush.put(outcome.push(), outcome);
        List<PushId> forgotten = new ArrayList<>();
        while (byPush.size() > kept) {
            PushId oldest = byPush.keySet().iterator().next();
            byPush.remove(oldest);
            forgotten.add(oldest);
        }
        return forgotten;
    }
}
