package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.RefTable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.eclipse.jgit.lib.NullProgressMonitor;

/** The objects of one repository on disk, its refs and pack set in memory, and what is done with them. */
final class LocalStorage implements AutoCloseable {
    static final RepoId REPO = new RepoId("0123456789abcdef0123456789abcdef");

    final PackFiles files;
    final GitObjects objects;
    final PackReceiver receiver;
    final ConnectivityCheck connectivity;
    final Compaction compaction;
    final PackExport export;
    private final JGitRuntime runtime = JGitRuntime.start(new JGitSettings(64L << 20, 2));
    private final NavigableMap<RefName, RefValue> refs = new TreeMap<>();
    private volatile List<PackName> packs = List.of();

    LocalStorage(Path directory) {
        this(directory, Clock.systemUTC());
    }

    /** As its compaction sees the time. */
    LocalStorage(Path directory, Clock clock) {
        try {
            files = PackFiles.open(directory, (repo, pack) -> packs.contains(pack));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        objects = new GitObjects(files, runtime);
        receiver = new PackReceiver(files, runtime, PackLimits.DEFAULT);
        connectivity = new ConnectivityCheck(runtime);
        compaction = new Compaction(files, runtime, clock);
        export = new PackExport(files, runtime);
        refs.put(RefName.HEAD, new RefValue.Symbolic(new RefName("refs/heads/main")));
    }

    /** Takes over the refs and the pack set of another storage on the same directory. */
    void take(LocalStorage other) {
        refs.putAll(other.refs);
        packs = other.packs;
    }

    /** Another receiver on the same files. */
    PackReceiver receiver(PackLimits limits) {
        return new PackReceiver(files, runtime, limits);
    }

    PackReceiver receiver(PackLimits limits, long heapBytesMax) {
        return new PackReceiver(files, runtime, limits, heapBytesMax);
    }

    /** The pack set. */
    List<PackName> packs() {
        return packs;
    }

    /** A view of what is committed, and of quarantined packs. */
    ObjectView view(PackName... quarantined) {
        return objects.open(REPO, new Refs(new TreeMap<>(refs)), packs, List.of(quarantined));
    }

    ReceivedPack receive(byte[] pack) {
        try (ObjectView base = view()) {
            return receiver.receive(new ByteArrayInputStream(pack), base, NullProgressMonitor.INSTANCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Receives a pack and checks that the tips reach nothing that is missing. */
    Connectivity check(byte[] pack, Set<ObjectName> tips) {
        return switch (receive(pack)) {
            case ReceivedPack.Indexed received -> {
                try (PackPin pin = received.pin()) {
                    yield check(tips, received.stored().name());
                }
            }
            case ReceivedPack.Empty empty -> check(tips);
            case ReceivedPack.Unusable unusable -> throw new AssertionError(unusable.why());
        };
    }

    Connectivity check(Set<ObjectName> tips, PackName... quarantined) {
        try (ObjectView view = view(quarantined)) {
            return connectivity.check(view, tips, Set.of(), NullProgressMonitor.INSTANCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Receives a pack and commits it with a ref, unchecked. */
    void push(String ref, ObjectName tip, byte[] pack) {
        switch (receive(pack)) {
            case ReceivedPack.Indexed received -> commit(received);
            case ReceivedPack.Empty empty -> { }
            case ReceivedPack.Unusable unusable -> throw new AssertionError(unusable.why());
        }
        set(ref, tip);
    }

    /** Puts a received pack on the pack set. */
    void commit(ReceivedPack.Indexed received) {
        try (PackPin pin = received.pin()) {
            List<PackName> more = new ArrayList<>(packs);
            more.remove(received.stored().name());
            more.add(received.stored().name());
            packs = List.copyOf(more);
        }
    }

    /** Pushes a revision of a work tree, leaning on the refs that are here. */
    void push(GitWork work, String ref, String revision) {
        List<String> have = refs.values().stream().filter(RefValue.Direct.class::isInstance)
            .map(value -> ((RefValue.Direct) value).id().hex()).toList();
        push(ref, work.name(revision), work.pack(List.of(revision), have));
    }

    void set(String ref, ObjectName tip) {
        try (ObjectView view = view()) {
            refs.put(new RefName(ref), new RefValue.Direct(tip, view.peel(tip)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String ref) {
        refs.remove(new RefName(ref));
    }

    /** Rewrites packs and swaps them, as the caller of {@link Compaction} does. */
    Optional<Compacted> compact(Compaction.Extent extent, Set<ObjectName> keep, Instant keepUnreachable) {
        try {
            Optional<Compacted> compacted;
            try (ObjectView view = view()) {
                compacted = compaction.run(view, extent, keep, keepUnreachable);
            }
            if (compacted.isPresent()) {
                try (PackPin pin = compacted.get().pin()) {
                    List<PackName> next = new ArrayList<>(packs);
                    next.removeAll(compacted.get().replaced());
                    next.addAll(compacted.get().added());
                    packs = List.copyOf(next);
                }
                files.reap(REPO, compacted.get().replaced());
            }
            return compacted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return files.pack(REPO, new PackName("0".repeat(40))).getParent();
    }

    @Override
    public void close() {
        runtime.close();
    }

    private record Refs(NavigableMap<RefName, RefValue> table) implements RefTable {
        @Override
        public Optional<RefValue> get(RefName name) {
            return Optional.ofNullable(table.get(name));
        }

        @Override
        public void scan(String prefix, BiPredicate<RefName, RefValue> visitor) {
            for (Map.Entry<RefName, RefValue> ref : table.entrySet()) {
                if (ref.getKey().value().startsWith(prefix) && !visitor.test(ref.getKey(), ref.getValue())) {
                    return;
                }
            }
        }
    }
}
