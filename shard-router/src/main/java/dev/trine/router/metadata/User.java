package dev.trine.router.metadata;

import java.time.Instant;

/**
 * A user.
 *
 * @param id       never reused, at least 1
 * @param name     unique
 * @param admin    may administer the cluster
 * @param disabled his keys and tokens do not work
 * @param created  when he was added, to the millisecond
 */
public record User(long id, UserName name, boolean admin, boolean disabled, Instant created) {
}
