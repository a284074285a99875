/**
 * What routers and operators' tools ask of a node besides Git and replication: who it is, and to create, describe,
 * repair or end one replica. Start at {@link dev.trine.server.control.NodeControlRpc}.
 */
@NullMarked
package dev.trine.server.control;

import org.jspecify.annotations.NullMarked;
