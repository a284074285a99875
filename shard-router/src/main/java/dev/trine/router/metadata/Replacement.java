package dev.trine.router.metadata;

import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import java.time.Instant;
import java.util.Optional;

/**
 * A disk that takes the place of a node in all its repositories.
 *
 * @param id      of this replacement
 * @param leaving the node whose place is taken; for a lost disk the joining one's own
 * @param joining the disk that takes it
 * @param state   how far it is
 * @param begun   when it was asked for
 * @param ended   when it was done or cancelled
 */
public record Replacement(long id, NodeId leaving, Member joining, State state, Instant begun,
                          Optional<Instant> ended) {
    /** Whether new repositories go to the joining node in place of the leaving one. */
    public boolean isInForce() {
        return state == State.RUNNING || state == State.DONE;
    }

    /** The states. */
    public enum State {
        /** Repositories are being moved. */
        RUNNING,
        /** Taken back; copies of what has not moved are being dropped. */
        CANCELLING,
        /** No repository is left on the leaving disk. */
        DONE,
        /** Taken back; what had moved by then stays moved. */
        CANCELLED;

        /** Whether there is still work. */
        public boolean isOpen() {
            return this == RUNNING || this == CANCELLING;
        }
    }
}
