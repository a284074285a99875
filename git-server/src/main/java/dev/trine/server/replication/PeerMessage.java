package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.Role;
import java.util.List;
import java.util.Set;

/** What the nodes of one repository say to each other (as replication.proto). Any may be lost or repeated. */
public sealed interface PeerMessage {
    /** What a contender or lock holder asks: only the node whose slot the epoch bears may. */
    sealed interface OfContender extends PeerMessage {
        /** The sender's epoch. */
        Epoch epoch();
    }

    /** What a contender or lock holder is answered. */
    sealed interface ToContender extends PeerMessage {
        /** The receiver's epoch. */
        Epoch epoch();
    }

    /** What a node tells without being asked, or in place of an answer. */
    sealed interface Notice extends PeerMessage {
    }

    /** Asks for the write lock at an epoch that the sender's own disk has promised; preempt: whoever has a lease. */
    record Lock(Epoch epoch, boolean preempt) implements OfContender {
    }

    /** The lock is granted, with the sender's positions at that moment. */
    record Granted(Epoch epoch, Position last, Position committed, Position base) implements ToContender {
    }

    /** This epoch or a higher one is promised already. */
    record Refused(Epoch epoch, Epoch promised) implements ToContender {
    }

    /** Somebody else has a lease. */
    record Leased(Epoch epoch, Member holder, Epoch holderEpoch, long remainingMillis) implements ToContender {
    }

    /** Asks for log entries from a version on, as long as the log still ends as it was granted. */
    record FetchLog(Epoch epoch, long fromVersion, Position expectLast) implements OfContender {
    }

    /** Log entries in order; none: they are no longer kept, the asker must pull. */
    record LogChunk(Epoch epoch, List<Logged> entries, Position last) implements ToContender {
        public LogChunk {
            entries = List.copyOf(entries);
        }
    }

    /** The log or the promise is no longer what was granted. */
    record LogChanged(Epoch epoch) implements ToContender {
    }

    /**
     * Stores entries behind a known one; none: asks whether the epoch still stands.
     *
     * @param round number of the append in its epoch, returned by the acknowledgement
     */
    record Append(Epoch epoch, Position previous, List<Logged> entries, Position committed, long round)
        implements OfContender {
        public Append {
            entries = List.copyOf(entries);
        }
    }

    /** Everything up to that version, the highest compared with the append, is durable here. */
    record Ack(Epoch epoch, long matched, long round) implements ToContender {
    }

    /** A higher epoch is promised. */
    record Nack(Epoch epoch, Epoch promised) implements ToContender {
    }

    /** The entry before the first is not in the log. */
    record Gap(Epoch epoch, Position last, Position committed) implements ToContender {
    }

    /** Objects of these pushes are missing; nothing was stored. */
    record ObjectsMissing(Epoch epoch, Set<PushId> pushes) implements ToContender {
        public ObjectsMissing {
            pushes = Set.copyOf(pushes);
        }
    }

    /** That entry is committed. No reply. */
    record Commit(Position position) implements Notice {
    }

    /** Prolongs the lease. */
    record Renew(Epoch epoch) implements OfContender {
    }

    /** Answers a renewal. */
    record RenewReply(Epoch epoch, boolean ok) implements ToContender {
    }

    /** Gives the lease back. No reply. */
    record Release(Epoch epoch) implements OfContender {
    }

    /** The generation asked for is not in force here. */
    record Moved(long generation, List<Member> members) implements Notice {
        public Moved {
            members = List.copyOf(members);
        }
    }

    /** The receiver is not the member that was meant, or does not vote in that generation. */
    record NotMember(Role role) implements Notice {
    }

    /** Tells a node that it is too far behind to be filled by appends: pull from the sender. No reply. */
    record PullHint(Position committed) implements Notice {
    }

    /** The sender takes no part until it was repaired. No reply. */
    record Withdrawn(Withdrawal.Cause cause) implements Notice {
    }

    /** Asks the lock holder what became of a push. */
    record Resolve(PushId push) implements PeerMessage {
    }

    /** What became of it. */
    record ResolveReply(PushId push, PushOutcome outcome) implements PeerMessage {
    }
}
