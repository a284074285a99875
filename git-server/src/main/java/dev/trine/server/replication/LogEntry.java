package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefUpdate;
import java.util.List;

/** One entry of a repository's log. Its position never changes; equal positions on two nodes mean equal prefixes. */
public sealed interface LogEntry {
    /** Version and creating epoch. */
    Position position();

    /**
     * A ref transaction.
     *
     * @param packs bring its new values' objects
     * @param user  name of the user who made it, for its receipt; empty: anonymous
     */
    record Push(Position position, PushId pushId, List<RefUpdate> updates, List<PackName> packs, String user)
        implements LogEntry {
        public Push {
            updates = List.copyOf(updates);
            packs = List.copyOf(packs);
        }

        /** A ref transaction of nobody in particular. */
        public Push(Position position, PushId pushId, List<RefUpdate> updates, List<PackName> packs) {
            this(position, pushId, updates, packs, "");
        }
    }

    /** Changes nothing; commits what lies below it. */
    record Noop(Position position) implements LogEntry {
    }

    /** The push with that id never took and never takes effect. */
    record Abort(Position position, PushId pushId) implements LogEntry {
    }

    /** Ends the generation and names the members of the next, in slot order; none: the repository is deleted. */
    record Seal(Position position, List<Member> nextMembers) implements LogEntry {
        public Seal {
            nextMembers = List.copyOf(nextMembers);
        }
    }
}
