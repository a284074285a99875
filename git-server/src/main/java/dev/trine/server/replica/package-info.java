/**
 * The driver around the replicated ref log: one message at a time per repository, each step's effects carried out in
 * order, peers over gRPC, staging, pull and catch-up. Start at {@link dev.trine.server.replica.Replicas}. Decisions of
 * the protocol are not taken here but in {@code dev.trine.server.replication}.
 */
@NullMarked
package dev.trine.server.replica;

import org.jspecify.annotations.NullMarked;
