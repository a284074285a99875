/**
 * What clients did and saw, and whether it is linearizable: every operation seems to happen at one moment between its
 * start and its end, and the refs are registers that are changed by compare-and-set. Start at
 * {@link dev.trine.lab.history.Ledger}, then {@link dev.trine.lab.history.LinearizabilityCheck}.
 */
@NullMarked
package dev.trine.lab.history;

import org.jspecify.annotations.NullMarked;
