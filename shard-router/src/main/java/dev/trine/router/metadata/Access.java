package dev.trine.router.metadata;

import java.util.List;
import java.util.Optional;

/**
 * A user with all his grants, and what the credential that he presented lets him do of it: what decides whether he may
 * do something.
 */
public record Access(User user, List<Grant> grants, Rights limits) {
    public Access {
        grants = List.copyOf(grants);
    }

    /** What a user may whose credential keeps nothing from him. */
    public Access(User user, List<Grant> grants) {
        this(user, grants, Rights.ALL);
    }

    /** The same user with a credential that allows that at most. */
    public Access within(Rights rights) {
        return new Access(user, grants, rights);
    }

    /** The highest role that he has there; empty: none, he may not know whether anything is there. */
    public Optional<AccessRole> roleAt(Scope where) {
        if (user.disabled()) {
            return Optional.empty();
        }
        Optional<AccessRole> own = user.admin() ? Optional.of(AccessRole.ADMINISTRATOR)
            : grants.stream().filter(grant -> grant.scope().covers(where)).map(Grant::role).max(AccessRole::compareTo);
        return own.flatMap(role -> limits.at(where).map(role::atMost));
    }

    /** Whether he has at least that role there. */
    public boolean may(AccessRole role, Scope where) {
        return roleAt(where).filter(has -> has.contains(role)).isPresent();
    }

    /** The places where he may read, at and below each; some may lie below others. */
    public List<Scope> readable() {
        List<Scope> own = user.admin() ? List.of(Scope.EVERYWHERE) : grants.stream().map(Grant::scope).toList();
        return user.disabled() ? List.of() : own.stream().flatMap(granted -> limits.each().stream().map(Right::scope)
            .flatMap(allowed -> granted.narrower(allowed).stream())).distinct().toList();
    }

    /** Whether he administers the cluster, and his credential lets him. */
    public boolean administersCluster() {
        return user.admin() && !user.disabled() && limits.isAll();
    }
}
