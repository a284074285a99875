package dev.trine.server.store;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Sha256;
import dev.trine.server.replication.ChangesDigest;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.RefsDigest;
import java.time.Instant;
import java.util.List;

/**
 * Writes what the entries that a step commits lead to besides refs: the digest of all refs, and a receipt for each
 * change. Now and then it drops receipts that need not be kept, by one deletion of a range.
 */
final class ReceiptWriter {
    private static final int LOOK_EVERY = 64;
    private static final int DROPPED_MAX = 1_024;

    private final RepoId repo;
    private final Reads reads;
    private final Write write;
    private final ReceiptRule rule;
    private final Instant now;

    ReceiptWriter(RepoId repo, Reads reads, Write write, ReceiptRule rule, Instant now) {
        this.repo = repo;
        this.reads = reads;
        this.write = write;
        this.rule = rule;
        this.now = now;
    }

    /** Takes over the digest and the receipts of a pulled state. */
    void switchTo(RocksPull pull, long committedBefore, long committed) {
        write.put(Keys.refsDigest(repo), pull.refsDigest().lanes());
        long from = pull.receiptsFrom().orElse(committed + 1);
        if (from > committedBefore + 1) {
            write.put(Keys.receiptsFrom(repo), ReplicaValues.encode(from));
        }
    }

    /**
     * Writes digest and receipts.
     *
     * @param before  digest of all refs before the first of the entries
     * @param holders nodes known to hold the entries
     */
    void write(List<Logged> applied, RefsDigest before, List<NodeId> holders) {
        RefsDigest digest = before;
        boolean look = false;
        for (Logged logged : applied) {
            if (logged.entry() instanceof LogEntry.Push push) {
                digest = digest.after(push.updates());
                write.put(Keys.receipt(repo, logged.version()), ReplicaValues.encode(new Receipt(logged.position(),
                    push.pushId(), new Sha256(logged.chain().hex()), digest.sha256(),
                    ChangesDigest.of(push.updates()), now, push.user(), holders)));
            }
            look |= logged.version() % LOOK_EVERY == 0;
        }
        if (!applied.isEmpty()) {
            write.put(Keys.refsDigest(repo), digest.lanes());
        }
        if (look) {
            drop(applied.getLast().version());
        }
    }

    private void drop(long committed) {
        long from = Math.max(firstYoung(), committed - rule.max() + 1);
        if (from > new RocksReplica(reads, repo).receiptsFrom()) {
            write.deleteRange(Keys.receipts(repo), Keys.receipt(repo, from));
            write.put(Keys.receiptsFrom(repo), ReplicaValues.encode(from));
        }
    }

    /** Version of the first receipt that is not too old, among the oldest; 0: the oldest is not. */
    private long firstYoung() {
        Instant oldest = now.minus(rule.keep());
        long from = 0;
        byte[] all = Keys.receipts(repo);
        for (Database.Pair pair : reads.range(all, Keys.behind(all), 1)) {
            if (ReplicaValues.decodeReceipt(pair.value()).time().isBefore(oldest)) {
                from = firstYoung(reads.range(all, Keys.behind(all), DROPPED_MAX), oldest);
            }
        }
        return from;
    }

    private static long firstYoung(List<Database.Pair> oldestFirst, Instant oldest) {
        long from = 0;
        for (Database.Pair pair : oldestFirst) {
            Receipt receipt = ReplicaValues.decodeReceipt(pair.value());
            if (!receipt.time().isBefore(oldest)) {
                return receipt.at().version();
            }
            from = receipt.at().version() + 1;
        }
        return from;
    }
}
