package dev.trine.lab.history;

/** What an operation that read or was rejected for refs of several groups is taken for. */
public enum Snapshots {
    /** One moment for all its refs: exact, and all refs that one read shows are searched together. */
    WHOLE,
    /** One moment for each group of refs that pushes bind together: weaker, and cheap for many refs. */
    BY_GROUP
}
