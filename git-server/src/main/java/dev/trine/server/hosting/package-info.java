/**
 * How the Git front (upload, receive) sees the node's repositories: a view to read from, a session to push through.
 * The replica package implements it; nothing here knows how replication works.
 */
@NullMarked
package dev.trine.server.hosting;

import org.jspecify.annotations.NullMarked;
