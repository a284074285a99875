package dev.trine.server.replication;

/**
 * Why a replica takes no part for the time being: the storage of its Git objects cannot be trusted. Its promises, log
 * and refs stand, for they lie elsewhere and were checked; so to its peers it is a node that is down.
 *
 * @param cause       the kind of trouble
 * @param detail      one sentence for operators that names the file or object
 * @param sinceMillis when it began, in milliseconds since 1970, as the node's clock had it; shown, never compared
 */
public record Withdrawal(Cause cause, String detail, long sinceMillis) {
    private static final int DETAIL_MAX = 1_000;

    public Withdrawal {
        if (detail.length() > DETAIL_MAX) {
            detail = detail.substring(0, DETAIL_MAX);
        }
        if (sinceMillis < 0) {
            throw new IllegalArgumentException("a time before 1970: " + sinceMillis);
        }
    }

    /** Why nothing can be decided at the replica, in a clause for people. */
    String obstacle() {
        return "this node has withdrawn its replica: " + cause.text();
    }

    /** The kinds of trouble. */
    public enum Cause {
        /** Bytes of the repository's packs are not what they were. */
        CORRUPT("its objects are damaged"),
        /** A pack or object that belongs to the repository is missing. */
        MISSING("some of its objects are missing"),
        /** The disk cannot be read. */
        READ_ERROR("its disk cannot be read"),
        /** The disk cannot be written. */
        WRITE_ERROR("its disk cannot be written"),
        /** The disk is full. */
        DISK_FULL("its disk is full"),
        /** An operator wants it so. */
        OPERATOR("an operator wants it so");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        /** A clause for people that follows "has withdrawn its replica:". */
        public String text() {
            return text;
        }
    }
}
