package dev.trine.server.store;

import dev.trine.common.model.PackName;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefsDigest;
import java.util.List;
import java.util.Map;

/**
 * A pulled state on its way in, invisible until a batch switches to it. Used by one thread, and by the one that
 * applies that batch after it.
 */
public interface PulledRefs extends AutoCloseable {
    /** Takes some refs; a chunk should hold a few thousand at most. */
    void add(Map<RefName, RefValue> refs);

    /** Digest of the refs taken so far. */
    RefsDigest refsDigest();

    /** Takes receipts of versions above the present committed one. */
    void addReceipts(List<Receipt> receipts);

    /** Says that of versions below this one some receipts did not come. */
    void receiptsFrom(long version);

    /** Names packs that join the committed pack set at the switch; they are durable. */
    void addPacks(List<PackName> packs);

    /** Discards what was taken, unless it was switched to. Idempotent. */
    @Override
    void close();
}
