package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.Role;
import java.util.List;

/** What a local request comes to. */
public sealed interface Answer {
    /** A push is decided, or cannot be. */
    record Settled(PushOutcome outcome) implements Answer {
    }

    /** Another node has the write lock: hand the request on to it; if it cannot be reached, say so and ask again. */
    record HeldBy(Member holder, Epoch epoch) implements Answer {
    }

    /** The refs at that committed position, the replica's own at this moment, may be served. */
    record Serve(Position at) implements Answer {
    }

    /** This replica has not reached the state asked for, or is not the holder that it was taken for. */
    record Behind(Position have) implements Answer {
    }

    /** The replica does not vote in the generation asked for. */
    record Moved(Role role, long generation, List<Member> members) implements Answer {
        public Moved {
            members = List.copyOf(members);
        }

        /** Where a replica says it is. */
        static Moved to(ReplicaState state) {
            return new Moved(state.role(), state.generation(), state.members());
        }
    }

    /** Everything up to that position is committed, and it is not older than the request. */
    record Repaired(Position committed) implements Answer {
    }

    /** Nothing was decided; one sentence says why, naming nodes. */
    record Refused(String why) implements Answer {
    }

    /** What a replica answers that takes no part in the generation asked for. */
    static Answer elsewhere(ReplicaState state, long generation) {
        return state.role() == Role.WITHDRAWN && state.generation() == generation
            ? new Refused(state.withdrawal().orElseThrow().obstacle()) : Moved.to(state);
    }
}
