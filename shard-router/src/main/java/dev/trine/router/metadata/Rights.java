package dev.trine.router.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a credential allows at most: at each place the highest role of those rights that cover it. */
public record Rights(List<Right> each) {
    /** Most rights of one credential. */
    public static final int MAX = 100;
    /** Everything everywhere: the user's own permissions are the only limit. */
    public static final Rights ALL = new Rights(List.of(new Right(Scope.EVERYWHERE, AccessRole.ADMINISTRATOR)));
    /** Nothing. */
    public static final Rights NONE = new Rights(List.of());

    public Rights {
        each = List.copyOf(each);
        if (each.size() > MAX) {
            throw new IllegalArgumentException("a credential has at most " + MAX + " rights; name a group above its"
                + " repositories, or make another credential");
        }
    }

    /** The highest role that is allowed there; empty: nothing is. */
    public Optional<AccessRole> at(Scope where) {
        return each.stream().filter(right -> right.scope().covers(where)).map(Right::role)
            .max(AccessRole::compareTo);
    }

    /** Whether nothing is kept from its bearer, ever. */
    public boolean isAll() {
        return each.stream().anyMatch(right -> right.scope().equals(Scope.EVERYWHERE)
            && right.role() == AccessRole.ADMINISTRATOR && right.expires().isEmpty());
    }

    /** Those that have not ended at that time. */
    public Rights at(Instant now) {
        return only(right -> right.expires().filter(end -> !end.isAfter(now)).isEmpty());
    }

    /** Some of them. */
    Rights only(Predicate<Right> which) {
        return new Rights(each.stream().filter(which).toList());
    }
}
