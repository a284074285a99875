/**
 * gRPC to and from Git services, translation only: a call's messages become an input and two output streams, a
 * {@link dev.trine.server.hosting.Refusal} becomes a status. Both directions have back-pressure: the next message is
 * asked for when one was read, the next chunk is sent when the transport takes it. The service runs on a virtual thread
 * of its own and blocks; it is never interrupted, because an interrupt would close the pack file that it is reading.
 */
@NullMarked
package dev.trine.server.rpc;

import org.jspecify.annotations.NullMarked;
