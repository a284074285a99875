package dev.trine.server.replication;

import dev.trine.common.model.Member;
import java.util.List;

/** What the driver must do for a replica. It has no opinion: it only reports what came of it, as a {@link Message}. */
public sealed interface Effect {
    /** Send to a peer; may be lost. If it cannot be delivered, report {@link Message.Unreachable}. */
    record Send(Envelope envelope) implements Effect {
    }

    /** Answer a local request. */
    record Reply(Ticket ticket, Answer answer) implements Effect {
    }

    /**
     * Fetch the objects of log entries from a peer that has them, and check them as if staged; then report
     * {@link Message.ObjectsFetched} or {@link Message.ObjectsNotFetched}.
     */
    record FetchObjects(Member from, List<LogEntry.Push> pushes) implements Effect {
        public FetchObjects {
            pushes = List.copyOf(pushes);
        }
    }

    /**
     * Stage the objects of log entries at a peer that lacks them; then report {@link Message.StagedAt} or
     * {@link Message.NotStagedAt}.
     */
    record StageTo(Member peer, List<LogEntry.Push> pushes) implements Effect {
        public StageTo {
            pushes = List.copyOf(pushes);
        }
    }

    /** Pull the committed state of a peer; then report {@link Message.Pulled} or {@link Message.NotPulled}. */
    record StartPull(Member from) implements Effect {
    }
}
