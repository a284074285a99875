/** How the cluster and its repositories are, as the nodes themselves say; reads only. */
@NullMarked
package dev.trine.router.status;

import org.jspecify.annotations.NullMarked;
