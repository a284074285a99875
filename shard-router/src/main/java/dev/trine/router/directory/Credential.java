package dev.trine.router.directory;

import java.time.Instant;
import java.util.Optional;

/** Whom a token or key belongs to, and until when it works. */
record Credential(long userId, Optional<Instant> expires) {
}
