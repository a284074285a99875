package dev.trine.lab.history;

import java.util.Optional;

/**
 * What a push does to one ref.
 *
 * @param before what the ref must hold; empty: it must not exist
 * @param after  what it holds then; empty: it is deleted
 */
public record Change(Optional<String> before, Optional<String> after) {
    @Override
    public String toString() {
        return before.orElse("-") + " > " + after.orElse("-");
    }
}
