package dev.trine.server.control;

import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.ReadReceiptsReply;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.Role;
import dev.trine.server.replica.CatchUpProgress;
import dev.trine.server.replica.Replicas;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.StorageTroubleException;
import dev.trine.server.repo.StoredPack;
import dev.trine.server.store.DataDirectory;
import dev.trine.server.store.KeptReceipts;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes this node's replicas for people and their tools. Called by many threads. */
public final class Descriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Descriptions.class);

    private final Member self;
    private final ReplicaStore store;
    private final PackFiles files;
    private final Replicas replicas;

    public Descriptions(DataDirectory disk, PackFiles files, Replicas replicas) {
        this.self = disk.member();
        this.store = disk.replicas();
        this.files = files;
        this.replicas = replicas;
    }

    /** One atomic snapshot of the disk, and the lease that memory has granted. */
    ReplicaDescription describe(RepoId repo) {
        Optional<ReplicaSnapshot> stored = store.snapshot(repo);
        if (stored.isEmpty()) {
            return ReplicaDescription.newBuilder().setMember(Wire.toProto(self)).setRole(Role.UNKNOWN).build();
        }
        Optional<ProbeAnswer.Lease> lease = replicas.probe(repo).flatMap(ProbeAnswer::lease);
        try (ReplicaSnapshot snapshot = stored.get()) {
            ReplicaState state = snapshot.state();
            RefsDigest found = RefsDigest.of(snapshot.refs());
            RefsDigest kept = snapshot.refsDigest();
            if (!found.equals(kept)) {
                LOG.atError().addKeyValue("repo", repo).addKeyValue("committed", state.committed())
                    .addKeyValue("kept", kept).addKeyValue("found", found).log("refs on disk are not those written");
            }
            var description = ReplicaDescription.newBuilder().setMember(Wire.toProto(self))
                .setRole(Wire.toProto(state.role())).setGeneration(state.generation())
                .addAllMembers(state.members().stream().map(Wire::toProto).toList())
                .setPromised(Wire.toProto(state.promised())).setLast(Wire.toProto(snapshot.last()))
                .setCommitted(Wire.toProto(state.committed())).setDigest(Wire.toProto(kept.sha256()))
                .setFoundDigest(Wire.toProto(found.sha256())).setRefs(count(snapshot.refs()))
                .setPacks(snapshot.packs().size())
                .setPackBytes(snapshot.packs().stream().mapToLong(pack -> bytes(repo, pack)).sum());
            description.setCatchUp(progress(replicas.progress(repo)));
            replicas.health().pin(repo).map(Pins::toProto).ifPresent(description::setPin);
            lease.ifPresent(granted -> description.setLeaseHolder(Wire.toProto(granted.holder())));
            return description.build();
        }
    }

    /** Receipts that this node keeps, newest first. */
    ReadReceiptsReply receipts(RepoId repo, long atMost, int limit) {
        ReadReceiptsReply.Builder reply = ReadReceiptsReply.newBuilder().setMember(Wire.toProto(self));
        Optional<ReplicaSnapshot> stored = store.snapshot(repo);
        if (stored.isEmpty()) {
            return reply.setRole(Role.UNKNOWN).build();
        }
        try (ReplicaSnapshot snapshot = stored.get()) {
            KeptReceipts kept = snapshot.receipts(atMost, limit);
            return reply.setRole(Wire.toProto(snapshot.state().role()))
                .setCommitted(Wire.toProto(snapshot.state().committed())).setReceiptsFrom(kept.from())
                .addAllReceipts(kept.receipts().stream().map(Wire::toProto).toList()).build();
        }
    }

    private static long count(RefTable refs) {
        long[] count = {0};
        refs.scan("", (name, value) -> {
            count[0]++;
            return true;
        });
        return count[0];
    }

    private static dev.trine.proto.CatchUpProgress progress(CatchUpProgress now) {
        var progress = dev.trine.proto.CatchUpProgress.newBuilder().setCopying(now.copying())
            .setTargetVersion(now.target()).setBytesCopied(now.bytesHere()).setBytesTotal(now.bytesTotal())
            .setVersionsBehind(now.versionsBehind().orElse(0)).setAsked(now.versionsBehind().isPresent())
            .setBytesPerSecond(now.bytesPerSecond()).setEtaSeconds(now.eta().map(Duration::toSeconds).orElse(0L));
        now.from().ifPresent(node -> progress.setFromNode(node.value()));
        return progress.build();
    }

    /** A pack that was swapped after the snapshot was taken, or is damaged, counts nothing. */
    private long bytes(RepoId repo, PackName pack) {
        try {
            StoredPack found = files.describe(repo, pack);
            return found.packBytes() + found.indexBytes();
        } catch (NoSuchFileException | StorageTroubleException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("pack " + pack + " of repository " + repo + " cannot be read", e);
        }
    }
}
