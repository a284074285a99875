package dev.trine.server.replica;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.RefTable;
import dev.trine.server.repo.Connectivity;
import dev.trine.server.repo.ConnectivityCheck;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.StagedPush;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.NullProgressMonitor;

/**
 * Decides whether a push's objects count as staged on this node: everything that its tips reach must be in its own
 * packs, or reachable from the refs committed here or from pushes in the log. Called by many threads.
 */
final class Quarantine {
    /** Greatest number of refs that a check looks at first. */
    static final int REFS_MAX = 100;

    private final Views views;
    private final ConnectivityCheck connectivity;
    private final Clock clock;

    Quarantine(Views views, ConnectivityCheck connectivity, Clock clock) {
        this.views = views;
        this.connectivity = connectivity;
        this.clock = clock;
    }

    /** The objects that ref updates point refs at. */
    static Set<ObjectName> tips(Collection<RefUpdate> updates) {
        return updates.stream().flatMap(update -> update.newValue().stream())
            .filter(RefValue.Direct.class::isInstance).map(value -> ((RefValue.Direct) value).id())
            .collect(Collectors.toSet());
    }

    /** What refs hold, of so many of them at most: the objects that a push which changes them probably builds on. */
    static Set<ObjectName> held(Collection<RefName> refs, RefTable table) {
        return refs.stream().limit(REFS_MAX).flatMap(name -> table.get(name).stream())
            .filter(RefValue.Direct.class::isInstance).map(value -> ((RefValue.Direct) value).id())
            .collect(Collectors.toSet());
    }

    /** As {@link #stage(ReplicaLoop, PushId, List, Set, List, Collection)}, without a hint. */
    OptionalLong stage(ReplicaLoop loop, PushId push, List<PackName> packs, Set<ObjectName> tips,
                       List<LogEntry.Push> before) throws IOException {
        return stage(loop, push, packs, tips, before, List.of());
    }

    /**
     * Checks a push and, if all is there, stages it.
     *
     * @param packs  durable, and held by the caller until this returns
     * @param before pushes that come before it in a log and are staged here, besides those in this node's log
     * @param refs   that it changes, if they are known
     * @return the generation of the object store in which it was checked; empty: objects are missing
     */
    OptionalLong stage(ReplicaLoop loop, PushId push, List<PackName> packs, Set<ObjectName> tips,
                       List<LogEntry.Push> before, Collection<RefName> refs) throws IOException {
        List<LogEntry.Push> uncommitted = Stream.concat(loop.shown().tail().stream(), before.stream()).toList();
        try (CommittedView view = views.open(loop.repo(), snapshot -> packs(snapshot, packs, uncommitted))
            .orElseThrow(() -> new IllegalStateException("a loaded replica that does not exist: " + loop.repo()))) {
            Set<ObjectName> roots = uncommitted.stream().flatMap(p -> tips(p.updates()).stream())
                .collect(Collectors.toCollection(HashSet::new));
            roots.addAll(held(refs, view.refs()));
            Connectivity found =
                connectivity.check(view.objects(), tips, roots, NullProgressMonitor.INSTANCE);
            return switch (found) {
                case Connectivity.Incomplete incomplete -> OptionalLong.empty();
                case Connectivity.Complete complete -> {
                    long gcGeneration = view.snapshot().gcGeneration();
                    loop.staged().stage(new StagedPush(push, packs, tips, gcGeneration, clock.instant()));
                    yield OptionalLong.of(gcGeneration);
                }
            };
        }
    }

    private static List<PackName> packs(ReplicaSnapshot at, List<PackName> own, List<LogEntry.Push> uncommitted) {
        long committed = at.state().committed().version();
        return Stream.concat(own.stream(), uncommitted.stream()
            .filter(push -> push.position().version() > committed).flatMap(push -> push.packs().stream()))
            .distinct().toList();
    }
}
