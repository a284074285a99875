package dev.trine.server.store;

import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Staged pushes that no log entry names yet. They need not survive this process, though their packs are durable: nobody
 * counts on a push before it is in a log, and a node that no longer has it staged by then fetches it. They are written
 * with the entry. Called by many threads.
 */
final class Unlogged {
    private final Map<RepoId, Map<PushId, StagedPush>> pushes = new ConcurrentHashMap<>();

    void add(RepoId repo, StagedPush push) {
        pushes.compute(repo, (id, present) -> {
            Map<PushId, StagedPush> own = present == null ? new ConcurrentHashMap<>() : present;
            own.put(push.push(), push);
            return own;
        });
    }

    void remove(RepoId repo, Collection<PushId> gone) {
        pushes.computeIfPresent(repo, (id, own) -> {
            own.keySet().removeAll(gone);
            return own.isEmpty() ? null : own;
        });
    }

    void removeAll(RepoId repo) {
        pushes.remove(repo);
    }

    List<RepoId> repositories() {
        return List.copyOf(pushes.keySet());
    }

    Collection<StagedPush> of(RepoId repo) {
        return List.copyOf(Optional.ofNullable(pushes.get(repo)).map(Map::values).orElse(List.of()));
    }

    boolean lists(RepoId repo, PackName pack) {
        return of(repo).stream().anyMatch(push -> push.packs().contains(pack));
    }

    /** Those that these entries name. */
    List<StagedPush> named(RepoId repo, List<Logged> entries) {
        Map<PushId, StagedPush> own = pushes.get(repo);
        List<StagedPush> named = new ArrayList<>();
        if (own != null) {
            for (Logged logged : entries) {
                if (logged.entry() instanceof LogEntry.Push push) {
                    Optional.ofNullable(own.get(push.pushId())).ifPresent(named::add);
                }
            }
        }
        return named;
    }
}
