package dev.trine.common.model;

import java.time.Instant;

/**
 * What a node can show for one acknowledged change of a repository's refs. All but the time is the same on every node
 * that applied the change: a node that shows anything else for the same version has another history.
 *
 * @param at      the log entry that carried the change out
 * @param push    the push that it came from
 * @param chain   chain value of the log up to that entry
 * @param refs    digest of all refs right after it
 * @param changes digest of what it set: of each ref's name and new value
 * @param time    when the node applied it, by the node's clock
 */
public record Receipt(Position at, PushId push, Sha256 chain, Sha256 refs, Sha256 changes, Instant time) {
    private static final int SHOWN_DIGITS = 12;

    /** Short name of the receipt for people: version, epoch and the beginning of the digest of all refs. */
    public String id() {
        return at.version() + "-" + at.epoch() + "-" + refs.hex().substring(0, SHOWN_DIGITS);
    }

    /** Whether two nodes show the same change; their clocks may differ. */
    public boolean agreesWith(Receipt other) {
        return at.equals(other.at) && push.equals(other.push) && chain.equals(other.chain) && refs.equals(other.refs)
            && changes.equals(other.changes);
    }
}
