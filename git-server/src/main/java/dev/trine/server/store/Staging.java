package dev.trine.server.store;

import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * All staged pushes of the node, which are few. Those that no log entry names yet are here only: they need not survive
 * this process, though their packs are durable, for nobody counts on a push before it is in a log, and a node that no
 * longer has it staged by then fetches it. They are written with the entry. The others are on disk too, but not looked
 * for there: each push leaves a deleted key behind, and to search among these would cost more with every push. Called
 * by many threads.
 */
final class Staging {
    private final Map<RepoId, Map<PushId, Held>> pushes = new ConcurrentHashMap<>();

    /** A staged push, and whether it is on disk. */
    private record Held(StagedPush push, boolean written) {
    }

    /** Takes note of a push that is on disk. */
    void addWritten(RepoId repo, StagedPush push) {
        add(repo, new Held(push, true));
    }

    /** Takes note of a push that is not on disk. */
    void add(RepoId repo, StagedPush push) {
        add(repo, new Held(push, false));
    }

    private void add(RepoId repo, Held held) {
        pushes.compute(repo, (id, present) -> {
            Map<PushId, Held> own = Optional.ofNullable(present).orElseGet(ConcurrentHashMap::new);
            own.put(held.push.push(), held);
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

    /** In order of id. */
    List<StagedPush> of(RepoId repo) {
        return all(repo).map(Held::push).sorted(Comparator.comparing(push -> push.push().value())).toList();
    }

    private Stream<Held> all(RepoId repo) {
        return Optional.ofNullable(pushes.get(repo)).stream().flatMap(own -> own.values().stream());
    }

    boolean isWritten(RepoId repo, PushId push) {
        return all(repo).anyMatch(held -> held.written && held.push.push().equals(push));
    }

    boolean lists(RepoId repo, PackName pack) {
        return all(repo).anyMatch(held -> held.push.packs().contains(pack));
    }

    /** Those that are to be written with these entries, which name them. */
    List<StagedPush> toWrite(RepoId repo, List<Logged> entries) {
        Map<PushId, Held> own = pushes.get(repo);
        List<StagedPush> named = new ArrayList<>();
        if (own != null) {
            for (Logged logged : entries) {
                if (logged.entry() instanceof LogEntry.Push push) {
                    Optional.ofNullable(own.get(push.pushId())).filter(held -> !held.written)
                        .ifPresent(held -> named.add(held.push));
                }
            }
        }
        return named;
    }
}
