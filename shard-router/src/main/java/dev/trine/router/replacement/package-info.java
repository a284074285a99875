/**
 * Replacing a node, or its lost disk, in all its repositories: what administrators may ask for, and the work that
 * follows. The next step of each repository is decided by {@link dev.trine.router.moves.NextStep}; here it is carried
 * out, and how far it is noted in the metadata database, so that any router can go on. Start at
 * {@link dev.trine.router.replacement.ReplacementService}.
 */
@NullMarked
package dev.trine.router.replacement;

import org.jspecify.annotations.NullMarked;
