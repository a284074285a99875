package dev.trine.server.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.UnsafeByteOperations;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.common.wire.Wire;
import dev.trine.proto.FetchPackRequest;
import dev.trine.proto.FileRange;
import dev.trine.proto.ListPacksReply;
import dev.trine.proto.ListPacksRequest;
import dev.trine.proto.Member;
import dev.trine.proto.PackChunk;
import dev.trine.proto.PullChunk;
import dev.trine.proto.PullRequest;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.repo.PackExport;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What this node gives to peers that lack something: packs, ranges of them, whole states. Called by many threads. */
final class Supplies {
    private static final int HAVES_MAX = 5_000_000;
    private static final int RANGE_BYTES_MAX = 16 << 20;
    private static final int REPOSITORIES_MAX = 10_000;

    private final LoadedReplicas replicas;
    private final Views views;
    private final PackFiles files;
    private final PackCopier copier;
    private final PullSource source;
    private final Cache<RepoId, Long> lastRange = Caffeine.newBuilder().maximumSize(REPOSITORIES_MAX).build();

    Supplies(LoadedReplicas replicas, Views views, PackFiles files, PackCopier copier, PackExport export) {
        this.replicas = replicas;
        this.views = views;
        this.files = files;
        this.copier = copier;
        this.source = new PullSource(export, copier, files);
    }

    /** Sends a pack that this node has, or a range of it. */
    void fetchPack(FetchPackRequest request, ServerStream<PackChunk> out) throws IOException, InterruptedException {
        RepoId repo = new RepoId(request.getRepoId());
        PackName name = new PackName(request.getName());
        try (PackPin held = files.pin(repo, List.of(name))) {
            if (request.hasRange()) {
                lastRange.put(repo, System.nanoTime());
                sendRange(repo, name, request, out);
            } else {
                PackBytes bytes = PackBytes.of(files, repo, name);
                if (out.send(PackChunk.newBuilder().setHeader(bytes.header()).build())) {
                    bytes.sendTo(chunk -> out.send(PackChunk.newBuilder().setData(chunk).build()));
                }
            }
        }
    }

    private void sendRange(RepoId repo, PackName name, FetchPackRequest request, ServerStream<PackChunk> out)
        throws IOException, InterruptedException {
        FileRange range = request.getRange();
        long length = copier.length(repo, name, range.getExtension());
        long left = range.getLength();
        if (left <= 0 || left > RANGE_BYTES_MAX || range.getOffset() < 0 || range.getOffset() > length - left) {
            throw new IllegalArgumentException("no range of " + left + " bytes from " + range.getOffset() + " in "
                + length);
        }
        copier.await(name(request.getSender()), left);
        try (InputStream in = copier.read(repo, name, range.getExtension(), range.getOffset())) {
            while (left > 0) {
                byte[] chunk = in.readNBytes((int) Math.min(PackBytes.CHUNK_BYTES, left));
                if (chunk.length == 0) {
                    throw new IOException("pack " + name + " became shorter while it was sent");
                }
                left -= chunk.length;
                if (!out.send(PackChunk.newBuilder().setData(UnsafeByteOperations.unsafeWrap(chunk)).build())) {
                    return;
                }
            }
        }
    }

    /** Sends the committed state; a node that has none, or none that is to be trusted, says so. */
    void pull(PullRequest request, ServerStream<PullChunk> out)
        throws IOException, InterruptedException, ReplicaStoppedException {
        RepoId repo = new RepoId(request.getRepoId());
        LogEntries.bounded(request.getHaveTipsCount(), HAVES_MAX, "tips");
        Set<ObjectName> tips =
            request.getHaveTipsList().stream().map(Wire::objectName).collect(Collectors.toSet());
        try (CommittedView open = open(repo)) {
            String peer = name(request.getSender());
            PullSource.Have have = new PullSource.Have(Wire.fromProto(request.getHave()),
                request.getHaveChain().isEmpty() ? Optional.empty()
                    : Optional.of(LogEntries.chain(request.getHaveChain())),
                tips, request.getTakesFiles(), request.getHaveObjects());
            if (source.send(open, have, new PullSource.Sink() {
                @Override
                public boolean send(PullChunk chunk) {
                    return out.send(chunk);
                }

                @Override
                public void may(int bytes) throws InterruptedException {
                    copier.await(peer, bytes);
                }
            })) {
                long named = System.nanoTime();
                out.awaitGone(() -> Math.max(named, lastRange.get(repo, key -> named)));
            }
        }
    }

    /** Names the packs of the committed state of a replica that this node vouches for. */
    ListPacksReply listPacks(ListPacksRequest request) throws ReplicaStoppedException {
        try (CommittedView view = open(new RepoId(request.getRepoId()))) {
            return ListPacksReply.newBuilder().setCommitted(Wire.toProto(view.at()))
                .addAllNames(view.snapshot().packs().stream().map(PackName::hex).toList()).build();
        }
    }

    /** A state that this node vouches for. */
    private CommittedView open(RepoId repo) throws ReplicaStoppedException {
        if (replicas.isFrozen(repo)) {
            throw new ReplicaStoppedException("this replica is frozen");
        }
        CommittedView view = views.open(repo)
            .orElseThrow(() -> new IllegalArgumentException("this node has no replica of " + repo));
        if (isComplete(view)) {
            return view;
        }
        ReplicaState state = view.snapshot().state();
        view.close();
        throw new ReplicaStoppedException("this node has no whole state of " + repo + " to give, its replica is "
            + state.role() + state.withdrawal().map(why -> ": " + why.cause().text()).orElse(""));
    }

    /** A learner has not got all yet, a withdrawn replica may have damaged it, a retired one may have removed it. */
    private static boolean isComplete(CommittedView view) {
        Role role = view.snapshot().state().role();
        return switch (role) {
            case VOTER, DELETED -> true;
            case RETIRED -> Deletions.hasContents(view.snapshot());
            case UNKNOWN, LEARNER, WITHDRAWN -> false;
        };
    }

    private static String name(Member sender) {
        return sender.getNode().isEmpty() ? "somebody" : sender.getNode();
    }
}
