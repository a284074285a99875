package dev.trine.deploy.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One entry of the ledger: something that a client did.
 *
 * @param client     number of the client
 * @param repository path of the repository
 * @param begun      before git was started, since the run's start
 * @param ended      after git ended
 * @param changes    what a push asked for
 * @param seen       all branches that a read brought, by full name
 * @param outcome    how it ended
 */
record Operation(int client, Door door, Kind kind, String repository, Duration begun, Duration ended,
                 List<RefChange> changes, Map<String, String> seen, Outcome outcome) {
    /** How a client reaches the cluster. */
    enum Door { HTTP, SSH }

    /** What a client does. */
    enum Kind {
        /** The first push to a path, which makes the repository. */
        CREATE(true),
        /** A push of one more commit to the client's own branch. */
        APPEND(true),
        /** A push to a branch that others push to as well. */
        COMPARE_AND_SET(true),
        /** The deletion of such a branch. */
        DELETE(true),
        /** A push of the same commit to two branches, both or none. */
        ATOMIC(true),
        /** ls-remote. */
        LIST(false),
        /** A fetch into a repository that has most of it. */
        FETCH(false),
        /** A clone from nothing. */
        CLONE(false);

        private final boolean push;

        Kind(boolean push) {
            this.push = push;
        }

        boolean isPush() {
            return push;
        }

        /** Its name for people. */
        String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    Duration took() {
        return ended.minus(begun);
    }

    boolean isDone() {
        return outcome instanceof Outcome.Done;
    }
}
