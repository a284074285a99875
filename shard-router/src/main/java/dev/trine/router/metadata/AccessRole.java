package dev.trine.router.metadata;

/** What a user may do somewhere; each role contains the ones before it. */
public enum AccessRole {
    /** Clone and fetch. */
    READER,
    /** Also push. */
    WRITER,
    /** Also create, rename and delete below the scope, and grant. */
    ADMINISTRATOR;

    /** Whether this role contains that one. */
    public boolean contains(AccessRole other) {
        return compareTo(other) >= 0;
    }
}
