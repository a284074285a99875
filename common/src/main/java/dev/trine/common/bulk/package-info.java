/**
 * A way for bulk bytes beside gRPC: one connection for one answer, from a node to a front door, with the same
 * protection as the call that it belongs to. The node's end is {@link dev.trine.common.bulk.BulkListener}, the front
 * door's {@link dev.trine.common.bulk.BulkConnections}. A connection that cannot be had costs an answer nothing: it
 * goes on in its call.
 */
@NullMarked
package dev.trine.common.bulk;

import org.jspecify.annotations.NullMarked;
