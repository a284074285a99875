package dev.trine.server.store;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefUpdate;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Link;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.RefsDigest;
import dev.trine.server.replication.ReplicaState;
import java.util.List;
import java.util.Optional;

/** One replica between two batches, unchanging until closed. Called by any thread; after closing, reads fail. */
public interface ReplicaSnapshot extends AutoCloseable {
    /** Its state; the refs are those of {@link ReplicaState#committed}. */
    ReplicaState state();

    /** The last entry of its log. */
    Position last();

    /** Chain value of its committed entry. */
    Chain chain();

    /** Its committed entry of that version; empty: it has none, or has dropped it. */
    Optional<Link> link(long version);

    /**
     * What its committed pushes have changed since an earlier position, in order; empty: the log does not tell, or it
     * takes more than so many entries.
     */
    Optional<List<RefUpdate>> changesSince(Position from, int entriesMax);

    /** Outcomes of recent pushes, in order of version. */
    List<RecordedOutcome> outcomes();

    /** What became of that push, if it is among them. */
    Optional<RecordedOutcome> outcome(PushId push);

    /** Digest of all its refs, as it was kept up to date from change to change. */
    RefsDigest refsDigest();

    /** Receipts of versions up to {@code atMost}, newest first, up to {@code max} of them. */
    KeptReceipts receipts(long atMost, int max);

    /** The receipt of that entry, if it is kept. */
    default Optional<Receipt> receipt(Position at) {
        return receipts(at.version(), 1).receipts().stream().filter(receipt -> receipt.at().equals(at)).findFirst();
    }

    /** Receipts of versions from one on, in order, up to {@code max} of them. */
    List<Receipt> receiptsSince(long version, int max);

    /** Its refs. */
    RefTable refs();

    /** The committed pack set, in order of name. */
    List<PackName> packs();

    /** How often packs were swapped. */
    long gcGeneration();

    /** Idempotent. */
    @Override
    void close();
}
