package dev.trine.router.answer;

import java.util.Optional;
import java.util.function.Function;

/** What an operation gives, or why it gives nothing. */
public sealed interface Answer<T> {
    /** It was done. */
    record Given<T>(T value) implements Answer<T> {
    }

    /** It was not done. */
    record Refused<T>(Refusal why) implements Answer<T> {
    }

    static <T> Answer<T> of(T value) {
        return new Given<>(value);
    }

    static <T> Answer<T> refuse(Refusal why) {
        return new Refused<>(why);
    }

    /** The value, or if there is none, that refusal. */
    static <T> Answer<T> of(Optional<T> value, Refusal otherwise) {
        return value.<Answer<T>>map(Given::new).orElseGet(() -> new Refused<>(otherwise));
    }

    /** Goes on with what was given; a refusal stays one. */
    default <R> Answer<R> then(Function<? super T, Answer<R>> next) {
        return switch (this) {
            case Given<T> given -> next.apply(given.value());
            case Refused<T> refused -> new Refused<>(refused.why());
        };
    }

    /** Turns what was given into something else. */
    default <R> Answer<R> map(Function<? super T, ? extends R> change) {
        return then(value -> new Given<>(change.apply(value)));
    }
}
