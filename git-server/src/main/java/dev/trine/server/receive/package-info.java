/**
 * The receive-pack side of Git's pack protocol, versions 0 and 1, from ref advertisement to report-status. Start at
 * {@link dev.trine.server.receive.ReceivePack}. It parses what the client sends, applies Git's rules to each command,
 * and leaves objects and the ref transaction to the {@link dev.trine.server.hosting.PushSession}. Everything that is
 * read from a client is bounded by {@link dev.trine.server.receive.ReceiveSettings}.
 */
@NullMarked
package dev.trine.server.receive;

import org.jspecify.annotations.NullMarked;
