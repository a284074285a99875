/**
 * How one repository moves from one member to another, as pure code (docs/PROTOCOL.md, section 8): what was seen of it
 * in, the next step out. Start at {@link dev.trine.router.moves.NextStep}. Always: only the repository's log decides
 * where it lives; a step that was taken twice, or by two at once, or broken off, does no harm. Nothing here reads a
 * clock, file or socket.
 */
@NullMarked
package dev.trine.router.moves;

import org.jspecify.annotations.NullMarked;
