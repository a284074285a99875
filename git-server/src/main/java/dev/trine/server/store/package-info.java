/**
 * What a node keeps on its disk besides objects: identity, and for each repository the replica's state, log, refs, pack
 * set, staged packs and outcomes. Start at {@link dev.trine.server.store.DataDirectory}, the one that opens and closes.
 *
 * <p>Always: one step of the protocol is one synced write batch, so a crash leaves the state before it or after it;
 * a batch that could not be made durable ends the process, because nothing that follows could be trusted.
 */
@NullMarked
package dev.trine.server.store;

import org.jspecify.annotations.NullMarked;
