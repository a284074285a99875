package dev.trine.router.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * An access token without its text.
 *
 * @param id      never reused
 * @param user    whose it is
 * @param label   what it is for, for people
 * @param created when it was made
 * @param expires when it stops working by itself; empty: never
 * @param revoked it does not work any more
 */
public record AccessToken(long id, UserName user, String label, Instant created, Optional<Instant> expires,
                          boolean revoked) {
}
