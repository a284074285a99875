/**
 * Figures of faults: what {@code trine lab measure} prints. Each starts a local cluster, keeps small pushes going at a
 * steady rate with a client that costs next to nothing, breaks something, and says how long it took and what was lost.
 */
@NullMarked
package dev.trine.deploy.measure;

import org.jspecify.annotations.NullMarked;
