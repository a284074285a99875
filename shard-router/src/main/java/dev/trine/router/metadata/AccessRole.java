package dev.trine.router.metadata;

import java.util.Locale;

/** What somebody may do somewhere; each role contains the ones before it. */
public enum AccessRole {
    /** Clone and fetch. */
    READER,
    /** Also push. */
    WRITER,
    /** Also protect refs, archive, and look after deploy keys and tokens. */
    MAINTAINER,
    /** Also create, rename and delete below the scope, and grant. */
    ADMINISTRATOR;

    /** Whether this role contains that one. */
    public boolean contains(AccessRole other) {
        return compareTo(other) >= 0;
    }

    /** The role in the words of the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The lesser of the two. */
    AccessRole atMost(AccessRole other) {
        return contains(other) ? other : this;
    }
}
