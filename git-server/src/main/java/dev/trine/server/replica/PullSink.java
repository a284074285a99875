package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Sha256;
import dev.trine.common.wire.Wire;
import dev.trine.proto.PullChunk;
import dev.trine.proto.PullHeader;
import dev.trine.proto.Ref;
import dev.trine.server.replication.Link;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.repo.IncomingPack;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.repo.PackPin;
import dev.trine.server.store.PulledRefs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Takes in the committed state that a peer streams: refs into a space that nobody sees yet, the pack into quarantine.
 * Closing discards what was not switched to. Used by one thread.
 */
final class PullSink implements AutoCloseable {
    private static final int OUTCOMES_MAX = 1_000_000;

    private final CommittedView mine;
    private final PulledRefs refs;
    private final PackFiles files;
    private final long bytesMax;
    private final List<RecordedOutcome> outcomes = new ArrayList<>();
    private final Set<ObjectName> newTargets = new HashSet<>();
    private Optional<PullHeader> header = Optional.empty();
    private long lastReceipt;
    private Optional<RefName> lastName = Optional.empty();
    private Optional<IncomingFiles> incoming = Optional.empty();
    private Optional<IncomingPack.Result.Installed> installed = Optional.empty();
    private final Map<PackName, PackPin> copied = new LinkedHashMap<>();
    private boolean whole;

    /**
     * Begins.
     *
     * @param mine     what this node has committed; the caller keeps it open
     * @param refs     where the refs go; closed with this
     * @param bytesMax greatest size accepted of the pack with its index
     */
    PullSink(CommittedView mine, PulledRefs refs, PackFiles files, long bytesMax) {
        this.mine = mine;
        this.refs = refs;
        this.files = files;
        this.bytesMax = bytesMax;
        this.lastReceipt = mine.at().version();
    }

    void take(PullChunk chunk) throws IOException, CorruptPackException {
        if (header.isEmpty() != (chunk.getKindCase() == PullChunk.KindCase.HEADER)) {
            throw new CorruptPackException("a pull must begin with its header, which came never or twice");
        }
        switch (chunk.getKindCase()) {
            case HEADER -> header = Optional.of(chunk.getHeader());
            case REFS -> refs.add(refs(chunk.getRefs().getRefsList()));
            case OUTCOMES -> {
                LogEntries.bounded(outcomes.size() + chunk.getOutcomes().getOutcomesCount(), OUTCOMES_MAX, "outcomes");
                chunk.getOutcomes().getOutcomesList().forEach(outcome -> outcomes.add(new RecordedOutcome(
                    new PushId(outcome.getPushId()), Wire.fromProto(outcome.getAt()), outcome.getCommitted())));
            }
            case RECEIPTS -> refs.addReceipts(receipts(chunk.getReceipts().getReceiptsList()));
            case PACK -> {
                if (incoming.isPresent()) {
                    throw new CorruptPackException("a pull brought a second pack");
                }
                incoming = Optional.of(IncomingFiles.open(chunk.getPack(), bytesMax, () -> files.receive(mine.id())));
            }
            case DATA -> incoming.orElseThrow(() -> new CorruptPackException("a pull brought bytes before a pack"))
                .write(chunk.getData());
            case FILES -> {
                if (whole || incoming.isPresent()) {
                    throw new CorruptPackException("a pull brought packs twice");
                }
                whole = true; // whoever reads the stream copies them
            }
            case KIND_NOT_SET -> throw new CorruptPackException("a pull brought an empty message");
        }
    }

    /** What this node has committed. */
    Link mine() {
        return new Link(mine.at(), mine.snapshot().chain());
    }

    /** What the sender has committed at the version that this node is at, if that contradicts this node's history. */
    Optional<Link> otherHistory() {
        return header.filter(PullHeader::hasSameVersion)
            .map(told -> new Link(Wire.fromProto(told.getSameVersion()),
                LogEntries.chain(told.getSameVersionChain())))
            .filter(theirs -> theirs.contradicts(mine()));
    }

    /** All has come: verifies the pack and makes it durable. Returns whether the state is newer than this node's. */
    boolean finish() throws IOException, CorruptPackException {
        if (header.isEmpty()) {
            throw new CorruptPackException("a pull ended before its header");
        }
        if (incoming.isPresent()) {
            installed = Optional.of(incoming.get().install());
        }
        refs.addPacks(packs());
        boolean newer = Wire.fromProto(header.get().getCommitted()).version() > mine.at().version();
        if (newer) {
            checkDigest(Wire.sha256(header.get().getRefsDigest()));
            refs.receiptsFrom(header.get().getReceiptsFrom());
        }
        return newer;
    }

    /** A pack of the state was copied; the pin, which is taken over, holds it. */
    void copied(PackName pack, PackPin pin) {
        PackPin twice = copied.put(pack, pin);
        if (twice != null) {
            twice.close();
        }
    }

    /** Whether all packs of the sender's state were announced, and none was computed. */
    boolean isWhole() {
        return whole;
    }

    /** The packs that came, or were copied. */
    List<PackName> packs() {
        return Stream.concat(installed.stream().map(pack -> pack.stored().name()), copied.keySet().stream()).toList();
    }

    /** Objects that the new refs name and this node's refs do not. */
    Set<ObjectName> newTargets() {
        return newTargets;
    }

    /** What to tell the replica. */
    Message.Pulled pulled(PullId id, Member from) {
        PullHeader told = header.orElseThrow();
        Position committed = Wire.fromProto(told.getCommitted());
        if (told.getGeneration() < 0) {
            throw new IllegalArgumentException("a generation below zero");
        }
        return new Message.Pulled(id, from, told.getGeneration(), LogEntries.members(told.getMembersList()), committed,
            LogEntries.chain(told.getChain()), outcomes);
    }

    @Override
    public void close() throws IOException {
        try (refs) {
            if (incoming.isPresent()) {
                incoming.get().close();
            }
        } finally {
            installed.ifPresent(pack -> pack.pin().close());
            copied.values().forEach(PackPin::close);
        }
    }

    /** The refs that came are those that the sender committed, or nothing of this state counts. */
    private void checkDigest(Sha256 told) throws CorruptPackException {
        Sha256 found = refs.refsDigest().sha256();
        if (!found.equals(told)) {
            throw new CorruptPackException("a pull brought refs with digest " + found + ", announced was " + told);
        }
    }

    private List<Receipt> receipts(List<dev.trine.proto.Receipt> chunk) throws CorruptPackException {
        long last = header.orElseThrow().getCommitted().getVersion();
        List<Receipt> taken = new ArrayList<>();
        for (dev.trine.proto.Receipt each : chunk) {
            Receipt receipt = Wire.fromProto(each);
            if (receipt.at().version() <= lastReceipt || receipt.at().version() > last) {
                throw new CorruptPackException("a pull brought receipts out of order: " + receipt.at());
            }
            lastReceipt = receipt.at().version();
            taken.add(receipt);
        }
        return taken;
    }

    private Map<RefName, RefValue> refs(List<Ref> chunk) throws CorruptPackException {
        Map<RefName, RefValue> taken = new TreeMap<>();
        for (Ref ref : chunk) {
            RefName name = new RefName(ref.getName());
            if (lastName.isPresent() && lastName.get().compareTo(name) >= 0) {
                throw new CorruptPackException("a pull brought refs out of order: " + name);
            }
            lastName = Optional.of(name);
            RefValue value = Wire.fromProto(ref.getValue());
            taken.put(name, value);
            if (value instanceof RefValue.Direct direct && !mine.refs().get(name).map(direct::sameAs).orElse(false)) {
                newTargets.add(direct.id());
            }
        }
        return taken;
    }
}
