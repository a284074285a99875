package dev.trine.server.replica;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.rpc.RpcServer;
import dev.trine.common.rpc.Security;
import dev.trine.server.replication.Timeouts;
import dev.trine.server.repo.Compacted;
import dev.trine.server.repo.Compaction;
import dev.trine.server.repo.GitObjects;
import dev.trine.server.repo.JGitRuntime;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackLimits;
import dev.trine.server.repo.PackPin;
import dev.trine.server.repo.StorageTrouble;
import dev.trine.server.store.DataDirectory;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One node: a real store and pack files on disk, and its replicas behind a real server. */
final class ReplicaNode implements AutoCloseable {
    private final Closer parts = new Closer();
    private final FaultyDisk faults = new FaultyDisk();
    private final AtomicReference<@Nullable String> ended = new AtomicReference<>();
    private final DataDirectory disk;
    private final PackFiles files;
    private final Replicas replicas;
    private final RpcServer server;

    ReplicaNode(NodeId node, Path dir, JGitRuntime jgit, Security security, Map<NodeId, Channel> peers,
                ReplicaSettings settings) throws Exception {
        disk = parts.open(DataDirectory.open(new DataDirectory.Settings(dir.resolve(node.value()),
            new ByteSize(1 << 20), new ByteSize(8 << 20)), node, Clock.systemUTC(), (fact, cause) -> ended.set(fact)));
        files = PackFiles.open(disk.objects(), disk.replicas()::lists, faults, 1 << 20);
        files.sweep();
        replicas = parts.open(Replicas.start(new Replicas.Disk(disk.member(), disk.replicas(), files,
            disk.scrubLog(), disk.history(), Timeouts.DEFAULT), jgit,
            PackLimits.DEFAULT, peers, settings, CatchUpSettings.DEFAULT));
        server = parts.open(RpcServer.start(new HostPort("127.0.0.1", 0), security, List.of(replicas.replication())));
    }

    Member member() {
        return disk.member();
    }

    int port() {
        return server.port();
    }

    Replicas replicas() {
        return replicas;
    }

    PackFiles files() {
        return files;
    }

    /** Rewrites all packs behind the node's back, as its own compaction would; it must be started again. */
    void compact(RepoId repo, JGitRuntime jgit) throws IOException {
        try (CommittedView view = new Views(store(), new GitObjects(files, jgit), KnownRefs.inPartOfHeap(),
            Clock.systemUTC()).open(repo)
            .orElseThrow()) {
            Compacted compacted = new Compaction(files, jgit, Clock.systemUTC()).run(view.objects(),
                Compaction.Extent.FULL, Set.of(), Instant.now()).orElseThrow();
            try (PackPin held = compacted.pin()) {
                store().replacePacks(repo, compacted.added(), compacted.replaced());
            }
            files.reap(repo, compacted.replaced());
        }
    }

    /** Under its packs. */
    FaultyDisk faults() {
        return faults;
    }

    /** How often its Git storage misbehaved. */
    long troubles() {
        return files.troubles().count();
    }

    /** Why its process would have ended; empty: it would not. */
    Optional<String> ended() {
        return Optional.ofNullable(ended.get());
    }

    /** What it found first. */
    StorageTrouble firstTrouble() {
        return files.troubles().first().orElseThrow();
    }

    /** What the node has on disk, to be changed behind its back. */
    ReplicaStore store() {
        return disk.replicas();
    }

    /** All refs at the committed position, as text. */
    Map<String, String> refs(RepoId repo) {
        Map<String, String> refs = new TreeMap<>();
        try (ReplicaSnapshot snapshot = disk.replicas().snapshot(repo).orElseThrow()) {
            snapshot.refs().scan("", (name, value) -> {
                refs.put(name.value(), text(value));
                return true;
            });
        }
        return refs;
    }

    long version(RepoId repo) {
        try (ReplicaSnapshot snapshot = disk.replicas().snapshot(repo).orElseThrow()) {
            return snapshot.state().committed().version();
        }
    }

    /** Number of packs of the committed pack set. */
    int packs(RepoId repo) {
        try (ReplicaSnapshot snapshot = disk.replicas().snapshot(repo).orElseThrow()) {
            return snapshot.packs().size();
        }
    }

    private static String text(RefValue value) {
        return switch (value) {
            case RefValue.Direct direct -> direct.id().hex();
            case RefValue.Symbolic symbolic -> symbolic.target().value();
        };
    }

    void create(RepoId repo, List<Member> members) {
        if (replicas.create(repo, members, new RefName("refs/heads/main")) != Replicas.Creation.CREATED) {
            throw new AssertionError("not created on " + member());
        }
    }

    @Override
    public void close() throws Exception {
        parts.close();
    }
}
