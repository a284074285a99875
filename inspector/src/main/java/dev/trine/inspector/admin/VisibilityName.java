package dev.trine.inspector.admin;

import dev.trine.proto.Visibility;
import java.util.Locale;

/** Who may read without a role, in the words of the command line. */
enum VisibilityName {
    /** Nobody. */
    PRIVATE(Visibility.PRIVATE),
    /** Every user who signs in. */
    INTERNAL(Visibility.INTERNAL),
    /** Everybody. */
    PUBLIC(Visibility.PUBLIC),
    /** As the nearest group above says. */
    INHERIT(Visibility.VISIBILITY_UNSPECIFIED);

    private final Visibility value;

    VisibilityName(Visibility value) {
        this.value = value;
    }

    Visibility value() {
        return value;
    }

    /** The word for a visibility of the wire; a router that knows of none has private repositories only. */
    static String of(Visibility visibility) {
        return visibility == Visibility.VISIBILITY_UNSPECIFIED ? PRIVATE.toString()
            : visibility.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
