package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.ReadPoint;
import java.util.List;
import java.util.Set;

/** What happens to a replica. Every message comes with the time, see {@link RefLogReplica#step}. */
public sealed interface Message {
    /** Time has passed. */
    record Tick() implements Message {
    }

    /** A peer's message has arrived. */
    record Received(Envelope envelope) implements Message {
    }

    /** A message to that member, or a request forwarded to it, could not be delivered. */
    record Unreachable(Member peer) implements Message {
    }

    /** Commit these, as a group; each gets {@link Answer.Settled}, {@link Answer.HeldBy} or {@link Answer.Moved}. */
    record Propose(List<Proposal> proposals) implements Message {
        public Propose {
            proposals = List.copyOf(proposals);
        }
    }

    /**
     * May a read be served? Gets {@link Answer.Serve}, {@link Answer.Behind}, {@link Answer.Moved} or, at a
     * replica that has withdrawn, {@link Answer.Refused}.
     */
    record Read(Ticket ticket, ReadPoint at) implements Message {
    }

    /**
     * Take the lock and commit what the logs hold. Gets {@link Answer.Repaired}, {@link Answer.HeldBy},
     * {@link Answer.Moved} or {@link Answer.Refused}.
     */
    record Repair(Ticket ticket, long generation) implements Message {
    }

    /**
     * End a generation; no next members: delete. Gets {@link Answer.Repaired} with the SEAL's position,
     * {@link Answer.HeldBy}, {@link Answer.Moved} or {@link Answer.Refused}.
     */
    record Seal(Ticket ticket, long generation, List<Member> nextMembers) implements Message {
        public Seal {
            nextMembers = List.copyOf(nextMembers);
        }
    }

    /** Settle what became of a push. Gets {@link Answer.Settled} or {@link Answer.Moved}. */
    record Resolve(Ticket ticket, PushId push) implements Message {
    }

    /** Objects asked for by {@link Effect.FetchObjects} are durable here. */
    record ObjectsFetched(Member from, Set<PushId> pushes) implements Message {
        public ObjectsFetched {
            pushes = Set.copyOf(pushes);
        }
    }

    /** {@link Effect.FetchObjects} failed for at least one of the pushes. */
    record ObjectsNotFetched(Member from) implements Message {
    }

    /** {@link Effect.StageTo} is done: the peer has these pushes' objects. */
    record StagedAt(Member peer, Set<PushId> pushes) implements Message {
        public StagedAt {
            pushes = Set.copyOf(pushes);
        }
    }

    /** {@link Effect.StageTo} failed. */
    record NotStagedAt(Member peer) implements Message {
    }

    /**
     * A pull is complete: its refs, outcomes and objects are durable here but not yet switched to. The step's batch
     * names it as its snapshot, or it is to be discarded.
     *
     * @param id         names what was received
     * @param from       whose state it is
     * @param generation generation in force there
     * @param members    its members, in slot order; none: deleted
     * @param committed  the position that the refs show
     * @param chain      chain value of that position
     * @param outcomes   outcomes of recent pushes, in order of version
     */
    record Pulled(PullId id, Member from, long generation, List<Member> members, Position committed, Chain chain,
                  List<RecordedOutcome> outcomes) implements Message {
        public Pulled {
            members = List.copyOf(members);
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * A peer has committed another history: one of the two is corrupt, and nothing can tell which. The replica must not
     * go on; neither history is overwritten.
     */
    record Diverged(Member from, Link mine, Link theirs) implements Message {
        void check() {
            BrokenInvariant.check(!mine.contradicts(theirs), "all members have one history", mine, from.node(), theirs);
        }
    }

    /** A pull failed, or brought nothing newer. */
    record NotPulled(Member from) implements Message {
    }

    /**
     * The storage of the repository's objects cannot be trusted: from this step on the replica neither votes nor
     * serves, until {@link Restore}. Sent again: the newest cause counts.
     */
    record Withdraw(Withdrawal withdrawal) implements Message {
    }

    /**
     * Everything that the committed refs and every entry of the log above them reach is durable here and was read and
     * verified after the cause of the withdrawal was gone: the replica takes part again, as after a restart.
     */
    record Restore() implements Message {
    }

    /** The node is about to stop: give the lease back, answer whoever waits. */
    record Stop() implements Message {
    }
}
