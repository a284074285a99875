package dev.trine.common.audit;

/** What a service does while its audit cannot be written, because the disk is full or too slow. */
public enum WhenFull {
    /** It goes on; what does not fit in the queue is lost, counted, and the number written when there is room again. */
    GO_ON,
    /** It refuses what is new, and finishes what is under way. */
    REFUSE
}
