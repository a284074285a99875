package dev.trine.server.store;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Link;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads the values of one replica out of one state of the database. */
final class RocksReplica {
    private static final int REPO_LENGTH = 17;

    private final Reads reads;
    private final RepoId repo;

    RocksReplica(Reads reads, RepoId repo) {
        this.reads = reads;
        this.repo = repo;
    }

    /** Empty: the node has no replica of the repository. */
    Optional<ReplicaState> state() {
        return reads.get(Keys.state(repo)).map(ReplicaValues::decodeState);
    }

    List<Logged> log() {
        return reads.all(Keys.log(repo), pair -> LogEntries.decode(pair.value()));
    }

    Position last(ReplicaState state) {
        return reads.last(Keys.log(repo)).map(pair -> LogEntries.decodePosition(pair.value()))
            .orElse(state.base());
    }

    /** Chain value of the committed entry. */
    Chain chain(ReplicaState state) {
        return link(state, state.committed().version()).map(Link::chain)
            .orElseThrow(() -> new StoreException("the log has no entry at the committed " + state.committed()));
    }

    /** The committed entry of that version; empty: there is none, or it was dropped. */
    Optional<Link> link(ReplicaState state, long version) {
        if (version == state.base().version()) {
            return Optional.of(new Link(state.base(), state.baseChain()));
        }
        return version > state.committed().version() ? Optional.empty() : reads.get(Keys.log(repo, version))
            .map(LogEntries::decode).map(logged -> new Link(logged.position(), logged.chain()));
    }

    /** What committed pushes have changed since a position; empty: the log does not tell, or in too many entries. */
    Optional<List<RefUpdate>> changesSince(ReplicaState state, Position from, int entriesMax) {
        return pushesSince(state, from, entriesMax)
            .map(pushes -> pushes.stream().flatMap(push -> push.updates().stream()).toList());
    }

    /** The committed pushes since a position, in order; empty: the log does not tell, or they are too many entries. */
    Optional<List<LogEntry.Push>> pushesSince(ReplicaState state, Position from, int entriesMax) {
        long entries = state.committed().version() - from.version();
        if (entries < 0 || entries > entriesMax || from.version() < state.base().version()
            || link(state, from.version()).filter(link -> link.at().equals(from)).isEmpty()) {
            return Optional.empty();
        }
        List<LogEntry.Push> pushes = new ArrayList<>();
        for (long version = from.version() + 1; version <= state.committed().version(); version++) {
            LogEntry entry = reads.get(Keys.log(repo, version)).map(LogEntries::decode)
                .orElseThrow(() -> new StoreException("the log has a gap below the committed entry")).entry();
            if (entry instanceof LogEntry.Push push) {
                pushes.add(push);
            }
        }
        return Optional.of(pushes);
    }

    List<RecordedOutcome> outcomes() {
        return reads.all(Keys.outcomes(repo), pair -> ReplicaValues.decodeOutcome(pair.value())).stream()
            .sorted(Comparator.comparingLong(outcome -> outcome.at().version())).toList();
    }

    Optional<RecordedOutcome> outcome(PushId push) {
        return reads.get(Keys.outcome(repo, push)).map(ReplicaValues::decodeOutcome);
    }

    List<PackName> packs() {
        return reads.all(Keys.packs(repo), pair -> new PackName(hexTail(pair.key(), REPO_LENGTH)));
    }

    boolean hasPack(PackName pack) {
        return reads.get(Keys.pack(repo, pack)).isPresent();
    }

    long gcGeneration() {
        return reads.get(Keys.gcGeneration(repo)).map(ReplicaValues::decodeNumber).orElse(0L);
    }

    /** The ref space in use; a replica whose contents were deleted has {@link RefSpaces#EMPTY}. */
    long refSpace() {
        return reads.get(Keys.refSpace(repo)).map(ReplicaValues::decodeNumber).orElse(RefSpaces.EMPTY);
    }

    RefTable refs() {
        return new RocksRefTable(reads, this::refSpace);
    }

    /** Replaced tips with the time of their replacement at or above a key. */
    List<ObjectName> replacedTipsFrom(byte[] from) {
        return reads.range(from, Keys.behind(Keys.replacedTips(repo)), Integer.MAX_VALUE).stream()
            .map(pair -> new ObjectName(hexTail(pair.key(), REPO_LENGTH + Long.BYTES))).toList();
    }

    /** Digest of all refs; of a replica without contents it is that of no refs. */
    RefsDigest refsDigest() {
        Optional<byte[]> lanes = reads.get(Keys.refsDigest(repo));
        if (lanes.isEmpty() && refSpace() != RefSpaces.EMPTY) {
            throw new StoreException("repository " + repo + " has no digest of its refs");
        }
        return lanes.map(value -> Decoder.decode(value, "digest of refs", from -> from.raw(RefsDigest.LENGTH)))
            .map(RefsDigest::ofLanes).orElse(RefsDigest.EMPTY);
    }

    /** Up to so many receipts of versions up to one, newest first. */
    KeptReceipts receipts(long atMost, int max) {
        List<Receipt> found = new ArrayList<>();
        byte[] all = Keys.receipts(repo);
        Optional<Database.Pair> next = reads.lastBelow(all, Keys.next(Keys.receipt(repo, atMost)));
        while (next.isPresent() && found.size() < max) {
            found.add(ReplicaValues.decodeReceipt(next.get().value()));
            next = reads.lastBelow(all, next.get().key());
        }
        return new KeptReceipts(found, receiptsFrom());
    }

    /** Receipts of versions from one on, in order. */
    List<Receipt> receiptsSince(long version, int max) {
        return reads.range(Keys.receipt(repo, version), Keys.behind(Keys.receipts(repo)), max).stream()
            .map(pair -> ReplicaValues.decodeReceipt(pair.value())).toList();
    }

    /** The node has the receipt of every change from this version on. */
    long receiptsFrom() {
        return reads.get(Keys.receiptsFrom(repo)).map(ReplicaValues::decodeNumber).orElse(1L);
    }

    private static String hexTail(byte[] key, int from) {
        return HexFormat.of().formatHex(key, from, key.length);
    }
}
