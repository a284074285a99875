package dev.trine.router.receipts;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.Receipt;
import java.util.Locale;
import java.util.Optional;

/**
 * What one node says to a receipt.
 *
 * @param node      the node
 * @param kind      in a word
 * @param committed its last committed version; 0: unknown
 * @param receipt   what it keeps of that version
 * @param problem   why, for people; empty: nothing to say
 */
public record Finding(NodeId node, Kind kind, long committed, Optional<Receipt> receipt, String problem) {
    /** The words. */
    public enum Kind {
        /** It keeps the receipt. */
        HAS,
        /** It is past the version and keeps no receipt so old: a later state took its place. */
        COVERED,
        /** It has not reached the version. */
        BEHIND,
        /** It does not answer. */
        UNREACHABLE,
        /** It has no replica, or one that takes no part. */
        LOST,
        /** It is past the version and knows of another change there, or of none. */
        CONTRADICTS;

        /** The word for users. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
