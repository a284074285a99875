/**
 * From a client's path and operation to the node that serves it: permission, existence, version routing. Start at
 * {@link dev.trine.router.route.RouteService}.
 */
@NullMarked
package dev.trine.router.route;

import org.jspecify.annotations.NullMarked;
