package dev.trine.router.authorizer;

import dev.trine.router.metadata.Scope;

/**
 * What the external authorizer is asked.
 *
 * @param asker who
 * @param path  where
 * @param act   what
 */
record Question(Asker asker, Scope path, Act act) {
}
