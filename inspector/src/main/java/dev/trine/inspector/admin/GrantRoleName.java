package dev.trine.inspector.admin;

import dev.trine.proto.GrantRole;
import java.util.Locale;

/** What a user may do somewhere, in the words of the command line; each contains the ones before it. */
enum GrantRoleName {
    /** Clone and fetch. */
    READ(GrantRole.READER),
    /** Also push. */
    WRITE(GrantRole.WRITER),
    /** Also protect refs, archive, and look after deploy keys and tokens. */
    MAINTAIN(GrantRole.MAINTAINER),
    /** Also create, rename and delete below the path, and grant. */
    ADMIN(GrantRole.ADMINISTRATOR);

    private final GrantRole role;

    GrantRoleName(GrantRole role) {
        this.role = role;
    }

    GrantRole role() {
        return role;
    }

    /** The word for a role of the wire; one that this version does not know keeps its own name. */
    static String of(GrantRole role) {
        for (GrantRoleName name : values()) {
            if (name.role == role) {
                return name.toString();
            }
        }
        return role.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
