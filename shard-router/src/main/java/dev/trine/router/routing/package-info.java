/**
 * Version routing as pure code (docs/PROTOCOL.md, section 6): probe answers in, decision out. Start at
 * {@link dev.trine.router.routing.VersionRouting}. Always: only answers of two different voters of one and the same
 * generation, with the right incarnations, lead to a read; an older state is served only where the caller allows it.
 * Nothing here reads a clock, file or socket.
 */
@NullMarked
package dev.trine.router.routing;

import org.jspecify.annotations.NullMarked;
