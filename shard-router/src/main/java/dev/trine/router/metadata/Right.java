package dev.trine.router.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * One thing that a credential allows at most.
 *
 * @param scope   where
 * @param role    what
 * @param expires when this right ends; empty: with the credential
 */
public record Right(Scope scope, AccessRole role, Optional<Instant> expires) {
    /** A right that ends with its credential. */
    public Right(Scope scope, AccessRole role) {
        this(scope, role, Optional.empty());
    }
}
