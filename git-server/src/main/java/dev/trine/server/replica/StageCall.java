package dev.trine.server.replica;

import com.google.protobuf.ByteString;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefName;
import dev.trine.common.wire.Wire;
import dev.trine.proto.StageOpen;
import dev.trine.proto.StageReply;
import dev.trine.proto.StageReply.Result;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.repo.IncomingPack;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** One push on its way from a peer into this node's quarantine. Used by one thread at a time. */
final class StageCall implements AutoCloseable {
    /** Longest wait for this node to reach the state that the push builds on. */
    static final Duration CATCH_UP_MAX = Duration.ofSeconds(3);

    /** Longest wait for the log's entries to bring it there: a pull brings all refs, however many there are. */
    private static final Duration FOLLOW_MAX = Duration.ofMillis(400);

    private final ReplicaLoop loop;
    private final StageOpen open;
    private final PushId push;
    private final Set<ObjectName> tips;
    private final List<RefName> refs;
    private final Quarantine quarantine;
    private final PackFiles files;
    private final PackPin held;
    private final Optional<IncomingFiles> incoming;

    private StageCall(ReplicaLoop loop, StageOpen open, Quarantine quarantine, PackFiles files, PackPin held,
                      Optional<IncomingFiles> incoming) {
        this.loop = loop;
        this.open = open;
        this.push = new PushId(open.getPushId());
        LogEntries.bounded(open.getTipsCount(), LogEntries.UPDATES_MAX, "tips of one push");
        this.tips = open.getTipsList().stream().map(Wire::objectName).collect(Collectors.toSet());
        LogEntries.bounded(open.getRefsCount(), Quarantine.REFS_MAX, "refs of one push");
        this.refs = open.getRefsList().stream().map(RefName::new).toList();
        this.quarantine = quarantine;
        this.files = files;
        this.held = held;
        this.incoming = incoming;
    }

    /**
     * Begins. If this succeeds, it takes over the caller's hold on the loop.
     *
     * @param bytesMax greatest size accepted of a pack with its index
     * @throws CorruptPackException the announcement is malformed or too large
     */
    static StageCall begin(ReplicaLoop loop, StageOpen open, Quarantine quarantine, PackFiles files, long bytesMax)
        throws IOException, CorruptPackException {
        if (!open.hasPack()) {
            return new StageCall(loop, open, quarantine, files, files.pin(loop.repo(), List.of()),
                Optional.empty());
        }
        PackName name = new PackName(open.getPack().getName());
        PackPin held = files.pin(loop.repo(), List.of(name));
        try {
            return new StageCall(loop, open, quarantine, files, held, files.has(loop.repo(), name) ? Optional.empty()
                : Optional.of(IncomingFiles.open(open.getPack(), bytesMax, () -> files.receive(loop.repo()))));
        } catch (IOException | CorruptPackException | RuntimeException e) {
            held.close();
            throw e;
        }
    }

    /** Whether the pack's bytes are wanted; if not, this node has them already, or there are none. */
    boolean wantsBytes() {
        return incoming.isPresent();
    }

    void data(ByteString bytes) throws IOException, CorruptPackException {
        if (incoming.isPresent()) {
            incoming.get().write(bytes);
        }
    }

    /** All bytes have come: verifies, checks and stages. */
    StageReply finish() throws IOException, InterruptedException, CorruptPackException {
        if (incoming.isEmpty()) {
            for (PackName pack : packs()) {
                files.sync(loop.repo(), pack);
            }
            return check();
        }
        IncomingPack.Result.Installed installed = incoming.get().install();
        try (PackPin pin = installed.pin()) {
            return check();
        }
    }

    /** Also gives back the hold on the loop. */
    @Override
    public void close() throws IOException {
        try (held) {
            if (incoming.isPresent()) {
                incoming.get().close();
            }
        } finally {
            loop.endErrand();
        }
    }

    private StageReply check() throws IOException, InterruptedException {
        List<PackName> packs = packs();
        OptionalLong generation = quarantine.stage(loop, push, packs, tips, List.of(), refs);
        Position base = Wire.fromProto(open.getBase());
        if (generation.isEmpty() && base.version() > loop.shown().state().committed().version()
            && loop.awaitCommitted(base.version(), FOLLOW_MAX)) {
            generation = quarantine.stage(loop, push, packs, tips, List.of(), refs);
        }
        if (generation.isEmpty() && base.version() > loop.shown().state().committed().version()) {
            Envelope hint = new Envelope(loop.repo(), open.getGeneration(), Wire.fromProto(open.getSender()),
                Wire.fromProto(open.getTarget()), new PeerMessage.PullHint(base));
            if (loop.awaitPulled(hint, base.version(),
                new ReplicaLoop.Patience(CATCH_UP_MAX, () -> false, () -> false))) {
                generation = quarantine.stage(loop, push, packs, tips, List.of(), refs);
            }
        }
        if (generation.isEmpty()) {
            return StageReply.newBuilder().setResult(Result.INCOMPLETE)
                .setMessage("objects that the push builds on are missing here").build();
        }
        DecidedPushes.forgetIfLate(loop, push, files);
        return StageReply.newBuilder().setResult(Result.STAGED).setGcGeneration(generation.getAsLong()).build();
    }

    private List<PackName> packs() {
        return open.hasPack() ? List.of(new PackName(open.getPack().getName())) : List.of();
    }
}
