/**
 * Who may do what costs a node much, and who waits for it: making packs, and working through received ones. Start at
 * {@link dev.trine.server.admission.Turns}; the queue itself, {@link dev.trine.server.admission.FairQueue}, knows no
 * clock and no thread. Always: no work begins beyond what the limits say then, and nobody waits while there is room for
 * him.
 */
@NullMarked
package dev.trine.server.admission;

import org.jspecify.annotations.NullMarked;
