package dev.trine.server.store;

import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * How long a node keeps receipts of a repository: until they are too old or too many, whichever comes first. Looked at
 * while changes come in, so an idle repository costs nothing.
 *
 * @param keep how long after the change was applied
 * @param max  most receipts of one repository
 */
public record ReceiptRule(@Default("30d") Duration keep, @Default("100000") int max) {
    /** What a node uses unless it is told otherwise. */
    public static final ReceiptRule DEFAULT = new ReceiptRule(Duration.ofDays(30), 100_000);

    public ReceiptRule {
        if (keep.isNegative() || keep.isZero() || max < 1) {
            throw new IllegalArgumentException("no receipts could be kept: " + keep + ", " + max);
        }
    }
}
