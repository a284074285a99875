/**
 * The simulator: the production state machine of the replicated log and the production routing decision under simulated
 * networks, disks and clocks, one thread and one seed a run (docs/SIMULATION.md).
 */
@NullMarked
package dev.trine.lab.sim;

import org.jspecify.annotations.NullMarked;
