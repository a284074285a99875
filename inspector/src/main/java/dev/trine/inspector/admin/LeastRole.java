package dev.trine.inspector.admin;

import dev.trine.proto.GrantRole;
import java.util.Locale;

/** The least role that may do something, in the words of the command line. */
enum LeastRole {
    /** Whoever may push at all. */
    WRITE(GrantRole.WRITER),
    /** Maintainers and administrators. */
    MAINTAIN(GrantRole.MAINTAINER),
    /** Administrators. */
    ADMIN(GrantRole.ADMINISTRATOR),
    /** Nobody may. */
    NOBODY(GrantRole.GRANT_ROLE_UNSPECIFIED);

    private final GrantRole role;

    LeastRole(GrantRole role) {
        this.role = role;
    }

    GrantRole role() {
        return role;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
