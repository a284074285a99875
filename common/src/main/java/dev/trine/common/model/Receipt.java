package dev.trine.common.model;

import java.time.Instant;
import java.util.List;

/**
 * What a node can show for one acknowledged change of a repository's refs. All but the time and the nodes is the same
 * on every node that applied the change: a node that shows anything else for the same version has another history.
 *
 * @param at      the log entry that carried the change out
 * @param push    the push that it came from
 * @param chain   chain value of the log up to that entry
 * @param refs    digest of all refs right after it
 * @param changes digest of what it set: of each ref's name and new value
 * @param time    when the node applied it, by the node's clock
 * @param user    name of the user who made it; empty: anonymous, or not recorded. Not covered by the chain value
 * @param nodes   nodes that the node knew to hold it when it applied it; empty: not recorded
 */
public record Receipt(Position at, PushId push, Sha256 chain, Sha256 refs, Sha256 changes, Instant time, String user,
                      List<NodeId> nodes) {
    private static final int SHOWN_DIGITS = 12;

    public Receipt {
        nodes = List.copyOf(nodes);
    }

    /** A receipt that names nobody. */
    public Receipt(Position at, PushId push, Sha256 chain, Sha256 refs, Sha256 changes, Instant time) {
        this(at, push, chain, refs, changes, time, "", List.of());
    }

    /** Short name of the receipt for people: version, epoch and the beginning of the digest of all refs. */
    public String id() {
        return at.version() + "-" + at.epoch() + "-" + refs.hex().substring(0, SHOWN_DIGITS);
    }

    /** Whether two nodes show the same change; their clocks, and whom they knew to hold it, may differ. */
    public boolean agreesWith(Receipt other) {
        return at.equals(other.at) && push.equals(other.push) && chain.equals(other.chain) && refs.equals(other.refs)
            && changes.equals(other.changes) && (user.isEmpty() || other.user.isEmpty() || user.equals(other.user));
    }
}
