package dev.trine.server.admission;

/**
 * The bounds of a queue.
 *
 * @param running              turns at once
 * @param runningOfLane        turns of one user
 * @param runningInRepository  turns in one repository
 * @param runningFromAddress   turns from one address
 * @param waiting              who may wait, in all
 * @param waitingOfLane        who may wait, of one user
 * @param weights              how turns are divided among kinds of callers
 */
record QueueLimits(int running, int runningOfLane, int runningInRepository, int runningFromAddress, int waiting,
                   int waitingOfLane, Weights weights) {
}
