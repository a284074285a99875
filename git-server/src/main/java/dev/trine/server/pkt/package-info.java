/**
 * Git's wire, as far as fetching and pushing share it: pkt-lines, the side-band with progress, the ref advertisement of
 * protocols v0 and v1, and how a conversation ends ({@link dev.trine.server.pkt.Conversation}). Everything that is read
 * here comes from clients that are not trusted, and is bounded.
 */
@NullMarked
package dev.trine.server.pkt;

import org.jspecify.annotations.NullMarked;
