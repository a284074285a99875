package dev.trine.server.repo;

/**
 * What is wrong with the Git storage of one repository on this node.
 *
 * @param kind what sort of thing
 * @param fact one sentence for operators, with names and numbers
 */
public record StorageTrouble(Kind kind, String fact) {
    /** The sorts of trouble. */
    public enum Kind {
        /** Bytes are not what they were when they were stored. */
        CORRUPT,
        /** A pack that the repository consists of is not there. */
        MISSING,
        /** The disk could not be read. */
        READ_ERROR,
        /** The disk could not be written. */
        WRITE_ERROR,
        /** There is no room. */
        DISK_FULL
    }
}
