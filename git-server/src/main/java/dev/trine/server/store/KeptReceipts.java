package dev.trine.server.store;

import dev.trine.common.model.Receipt;
import java.util.List;

/**
 * Receipts that a node keeps of one repository.
 *
 * @param receipts some, newest first
 * @param from     the node has the receipt of every change from this version on; of older ones it may have some
 */
public record KeptReceipts(List<Receipt> receipts, long from) {
    public KeptReceipts {
        receipts = List.copyOf(receipts);
    }
}
