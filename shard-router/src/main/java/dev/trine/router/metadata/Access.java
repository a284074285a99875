package dev.trine.router.metadata;

import java.util.List;
import java.util.Optional;

/** A user with all his grants: what decides whether he may do something. */
public record Access(User user, List<Grant> grants) {
    public Access {
        grants = List.copyOf(grants);
    }

    /** The highest role that he has there; empty: none, he may not know whether anything is there. */
    public Optional<AccessRole> roleAt(Scope where) {
        if (user.disabled()) {
            return Optional.empty();
        }
        if (user.admin()) {
            return Optional.of(AccessRole.ADMINISTRATOR);
        }
        return grants.stream().filter(grant -> grant.scope().covers(where)).map(Grant::role)
            .max(AccessRole::compareTo);
    }

    /** Whether he has at least that role there. */
    public boolean may(AccessRole role, Scope where) {
        return roleAt(where).filter(has -> has.contains(role)).isPresent();
    }
}
