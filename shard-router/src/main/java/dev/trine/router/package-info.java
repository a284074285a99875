/**
 * The shard router: who somebody is, what he may do, where a repository lives and which of its nodes serves a request.
 * Start at {@link dev.trine.router.ShardRouter#start}, which reads as a table of contents.
 */
@NullMarked
package dev.trine.router;

import org.jspecify.annotations.NullMarked;
