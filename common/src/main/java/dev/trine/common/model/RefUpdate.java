package dev.trine.common.model;

import java.util.Optional;

/**
 * One change of one ref: compare and set.
 *
 * @param name     the ref
 * @param oldValue what it must hold; empty: it must not exist
 * @param newValue what it gets; empty: it is deleted
 */
public record RefUpdate(RefName name, Optional<RefValue> oldValue, Optional<RefValue> newValue) {
    public RefUpdate {
        if (oldValue.isEmpty() && newValue.isEmpty()) {
            throw new IllegalArgumentException("a ref update that neither expects nor sets a value: " + name);
        }
    }
}
