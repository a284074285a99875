package dev.trine.server.upload;

import java.util.List;
import org.eclipse.jgit.lib.ObjectId;

/** How much history a shallow request asks for. */
sealed interface Deepen {
    /** Nothing was said: history as far as the client's own shallow boundary allows. */
    record Unchanged() implements Deepen {
    }

    /** So many commits from each want. */
    record ToDepth(int commits) implements Deepen {
        /** What git sends for --unshallow. */
        static final int INFINITE = Integer.MAX_VALUE;
    }

    /** So many commits beyond the client's present boundary (git fetch --deepen). */
    record ByDepth(int commits) implements Deepen {
    }

    /**
     * Only commits not older than a time, and not reachable from some commits.
     *
     * @param sinceSeconds commit time, in seconds since 1970; 0: any
     * @param not          excluded with all that they reach
     */
    record Excluding(long sinceSeconds, List<ObjectId> not) implements Deepen {
    }
}
