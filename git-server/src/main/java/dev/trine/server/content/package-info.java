/**
 * Single files and archives of one commit, for clients without git. Start at
 * {@link dev.trine.server.content.Contents#serve}.
 *
 * <p>A commit is served only if a ref reaches it at the state of the view. What costs much to make, archives and large
 * files, is made once in a turn of its own, kept by a {@code StreamCache}, and read from there by each client as fast
 * as it can. Equal commits and parameters give equal bytes, so that an entity tag is known before anything is made.
 */
@NullMarked
package dev.trine.server.content;

import org.jspecify.annotations.NullMarked;
