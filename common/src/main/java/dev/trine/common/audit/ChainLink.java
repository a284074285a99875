package dev.trine.common.audit;

/**
 * A line's place in its chain.
 *
 * @param seq  number of the line, from 1, without gaps
 * @param hash its hash, 64 hexadecimal digits
 */
public record ChainLink(long seq, String hash) {
    /** What the first line of all follows. */
    static final ChainLink START = new ChainLink(0, "0".repeat(64));
}
