package dev.trine.server.replica;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefValue;
import dev.trine.common.wire.Wire;
import dev.trine.proto.OutcomeList;
import dev.trine.proto.PackList;
import dev.trine.proto.PullChunk;
import dev.trine.proto.PullHeader;
import dev.trine.proto.ReceiptList;
import dev.trine.proto.Ref;
import dev.trine.proto.RefList;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Link;
import dev.trine.server.replication.PullManner;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.repo.ExportedPack;
import dev.trine.server.repo.PackExport;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.store.ReplicaSnapshot;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the committed state of a repository to a peer that lacks it: refs, outcomes, members, and the objects that the
 * peer does not have, all of one snapshot.
 */
final class PullSource {
    private static final Logger LOG = LoggerFactory.getLogger(PullSource.class);
    private static final int PACKS_MAX = 10_000;
    private static final int REFS_PER_CHUNK = 1_000;
    private static final int OUTCOMES_PER_CHUNK = 1_000;
    private static final int RECEIPTS_PER_CHUNK = 1_000;

    private final PackExport export;
    private final PackCopier copier;
    private final PackFiles files;

    PullSource(PackExport export, PackCopier copier, PackFiles files) {
        this.export = export;
        this.copier = copier;
        this.files = files;
    }

    /** Takes chunks; false: the peer is gone. */
    interface Sink {
        /** Sends one chunk, blocking until the peer can take it. */
        boolean send(PullChunk chunk);

        /** Waits until so many bytes of packs may be sent. */
        void may(int bytes) throws InterruptedException;
    }

    /**
     * What the peer has.
     *
     * @param at         its committed entry
     * @param chain      the chain value of that, if it told
     * @param tips       objects that it has with all that they reach
     * @param takesFiles whether it would copy packs as files
     * @param objects    how many objects its packs have
     */
    record Have(Position at, Optional<Chain> chain, Set<ObjectName> tips, boolean takesFiles, long objects) {
        /** Whether the peer has committed another history than a node that has that entry at the same version. */
        boolean contradicts(Link mine) {
            return chain.filter(told -> new Link(at, told).contradicts(mine)).isPresent();
        }
    }

    /**
     * Sends a state that is newer than a version; an older one is only named.
     *
     * @return whether the packs of the state were named: they have to stay until the peer has copied them
     */
    boolean send(CommittedView view, Have have, Sink sink)
        throws IOException, InterruptedException {
        ReplicaState state = view.snapshot().state();
        ReplicaSnapshot snapshot = view.snapshot();
        Optional<Link> same = snapshot.link(have.at().version());
        PullHeader.Builder header = PullHeader.newBuilder()
            .setGeneration(state.generation()).addAllMembers(state.members().stream().map(Wire::toProto).toList())
            .setCommitted(Wire.toProto(state.committed())).setChain(LogEntries.chain(snapshot.chain()))
            .setRefsDigest(Wire.toProto(snapshot.refsDigest().sha256()))
            .setReceiptsFrom(snapshot.receipts(0, 0).from());
        same.ifPresent(link -> header.setSameVersion(Wire.toProto(link.at()))
            .setSameVersionChain(LogEntries.chain(link.chain())));
        boolean sent = sink.send(PullChunk.newBuilder().setHeader(header).build());
        if (same.filter(have::contradicts).isPresent()) {
            LOG.atError().addKeyValue("repo", view.id()).addKeyValue("mine", same.get()).addKeyValue("theirs",
                new Link(have.at(), have.chain().orElseThrow())).log("a peer that pulls has committed another history:"
                + " one of the two nodes is corrupt, and nothing was sent");
            return false;
        }
        if (!sent || state.committed().version() <= have.at().version() || !sendRefs(view.refs(), sink)
            || !sendOutcomes(snapshot.outcomes(), sink) || !sendReceipts(snapshot, have.at().version(), sink)) {
            return false;
        }
        return switch (manner(view, have)) {
            case FILES -> sink.send(PullChunk.newBuilder().setFiles(list(view)).build());
            case DIFFERENCE -> {
                sendObjects(view, have.tips(), sink);
                yield false;
            }
        };
    }

    private PullManner manner(CommittedView view, Have have) throws IOException {
        List<PackName> packs = view.objects().committedPacks();
        if (!have.takesFiles() || packs.size() > PACKS_MAX) {
            return PullManner.DIFFERENCE;
        }
        long objects = 0;
        for (PackName pack : packs) {
            objects += files.describe(view.id(), pack).objects();
        }
        return PullManner.of(have.objects(), objects);
    }

    private PackList list(CommittedView view) throws IOException {
        PackList.Builder list = PackList.newBuilder();
        for (PackName pack : view.objects().committedPacks()) {
            list.addPacks(copier.announce(view.id(), pack));
        }
        return list.build();
    }

    /** All objects that refs name. */
    static Set<ObjectName> targets(RefTable refs) {
        Set<ObjectName> targets = new HashSet<>();
        refs.scan("", (name, value) -> {
            if (value instanceof RefValue.Direct direct) {
                targets.add(direct.id());
            }
            return true;
        });
        return targets;
    }

    private static boolean sendRefs(RefTable refs, Sink sink) {
        RefList.Builder chunk = RefList.newBuilder();
        AtomicBoolean open = new AtomicBoolean(true);
        refs.scan("", (name, value) -> {
            chunk.addRefs(Ref.newBuilder().setName(name.value()).setValue(Wire.toProto(value)));
            if (chunk.getRefsCount() == REFS_PER_CHUNK) {
                open.set(sink.send(PullChunk.newBuilder().setRefs(chunk).build()));
                chunk.clear();
            }
            return open.get();
        });
        return open.get() && (chunk.getRefsCount() == 0 || sink.send(PullChunk.newBuilder().setRefs(chunk).build()));
    }

    private static boolean sendOutcomes(List<RecordedOutcome> outcomes, Sink sink) {
        for (int from = 0; from < outcomes.size(); from += OUTCOMES_PER_CHUNK) {
            OutcomeList.Builder chunk = OutcomeList.newBuilder();
            outcomes.subList(from, Math.min(outcomes.size(), from + OUTCOMES_PER_CHUNK)).forEach(outcome ->
                chunk.addOutcomes(dev.trine.proto.RecordedOutcome.newBuilder().setPushId(outcome.push().value())
                    .setAt(Wire.toProto(outcome.at())).setCommitted(outcome.committed())));
            if (!sink.send(PullChunk.newBuilder().setOutcomes(chunk).build())) {
                return false;
            }
        }
        return true;
    }

    private static boolean sendReceipts(ReplicaSnapshot snapshot, long haveVersion, Sink sink) {
        List<Receipt> some = snapshot.receiptsSince(haveVersion + 1, RECEIPTS_PER_CHUNK);
        while (!some.isEmpty()) {
            if (!sink.send(PullChunk.newBuilder().setReceipts(ReceiptList.newBuilder()
                .addAllReceipts(some.stream().map(Wire::toProto).toList())).build())) {
                return false;
            }
            some = snapshot.receiptsSince(some.getLast().at().version() + 1, RECEIPTS_PER_CHUNK);
        }
        return true;
    }

    private void sendObjects(CommittedView view, Set<ObjectName> haves, Sink sink)
        throws IOException, InterruptedException {
        Optional<ExportedPack> exported =
            export.write(view.objects(), targets(view.refs()), haves, NullProgressMonitor.INSTANCE);
        if (exported.isEmpty()) {
            return;
        }
        try (ExportedPack pack = exported.get()) {
            PackBytes bytes = PackBytes.of(pack.stored(), pack.pack(), pack.index(),
                pack.selfContained());
            if (sink.send(PullChunk.newBuilder().setPack(bytes.header()).build())) {
                bytes.sendTo(data -> {
                    sink.may(data.size());
                    return sink.send(PullChunk.newBuilder().setData(data).build());
                });
            }
        }
    }
}
