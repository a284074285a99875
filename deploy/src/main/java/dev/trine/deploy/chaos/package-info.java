/**
 * The fault lab's real half, {@code trine lab chaos}: a cluster of real processes and stock git clients on one machine,
 * faults from a seed, and at the end the proof or disproof that nothing acknowledged was lost. Start at
 * {@link dev.trine.deploy.chaos.ChaosRun}. Always: the schedule of faults follows from the seed alone; every process
 * that was started here is ended here; each check says how much it looked at.
 */
@NullMarked
package dev.trine.deploy.chaos;

import org.jspecify.annotations.NullMarked;
