package dev.trine.router.metadata;

import java.util.Optional;

/** What came of adding something of which a user has a bounded number. */
public sealed interface Addition<T> {
    /** It was added. */
    record Done<T>(T value) implements Addition<T> {
    }

    /** Nothing was added: what has to be unique is there already. */
    record Taken<T>() implements Addition<T> {
    }

    /** Nothing was added: the user has as many as he may. */
    record TooMany<T>() implements Addition<T> {
    }

    /** That value, or if there is none: taken. */
    static <T> Addition<T> orTaken(Optional<T> value) {
        return value.<Addition<T>>map(Done::new).orElseGet(Taken::new);
    }

    /** What was added; empty: nothing was. */
    default Optional<T> added() {
        return this instanceof Done<T> done ? Optional.of(done.value()) : Optional.empty();
    }
}
