package dev.trine.router.workload;

import java.util.Map;
import java.util.Optional;

/** What a JWT whose signature is good says, by the names of its claims. */
record Claims(Map<String, Object> all) {
    private static final int CHARS_MAX = 500;

    /** A claim as text; empty: there is none, or it is a list, an object, or too long for a rule. */
    Optional<String> text(String name) {
        Object value = all.get(name);
        boolean simple = value instanceof String || value instanceof Boolean || value instanceof Long
            || value instanceof Integer;
        return Optional.ofNullable(value).filter(any -> simple).map(Object::toString)
            .filter(text -> text.length() <= CHARS_MAX);
    }
}
