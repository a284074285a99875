package dev.trine.server.replication;

import dev.trine.common.model.Member;
import java.util.List;

/** A local request that needs the write lock. */
sealed interface Request {
    /** Names it for the answer. */
    Ticket ticket();

    /** When it came, in milliseconds of this node. */
    long sinceMillis();

    /** Commit a ref transaction. */
    record Push(Proposal proposal, long sinceMillis) implements Request {
        @Override
        public Ticket ticket() {
            return proposal.ticket();
        }
    }

    /** Commit what the logs hold. */
    record Repair(Ticket ticket, long sinceMillis) implements Request {
    }

    /** End the generation. */
    record Seal(Ticket ticket, List<Member> nextMembers, long sinceMillis) implements Request {
    }
}
