package dev.trine.router.status;

import java.util.Locale;

/** How one replica is, in comparison with the others. */
public enum ReplicaState {
    /** As it should be. */
    OK,
    /** It has committed less than another replica. */
    BEHIND,
    /** It has entries of which it does not know whether they are committed. */
    UNDECIDED,
    /** Its storage cannot be trusted: it takes no part until it was repaired. */
    WITHDRAWN,
    /** Its disk gave back other refs than were written. */
    CORRUPT,
    /** Its node does not answer. */
    UNREACHABLE,
    /** Its node answers with another disk: the replica is lost. */
    WIPED,
    /** Its node answers and has no replica: never made yet, or lost. */
    UNKNOWN,
    /** The repository has moved away from it. */
    RETIRED,
    /** It was deleted. */
    DELETED;

    /** The word for users. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
