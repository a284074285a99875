package dev.trine.server.replication;

/**
 * How long a replica waits, in milliseconds, and how much it keeps. Safety depends on none of them.
 *
 * @param tentativeLeaseMillis how long a granted lock keeps others away until the first append
 * @param leaseMillis          how long an append or renewal keeps others away
 * @param lockMillis           how long a contender waits for grants, and for each chunk of a log
 * @param resendMillis         after which an unanswered append is sent again
 * @param backoffMinMillis     least wait before a lock is tried again
 * @param backoffSpreadMillis  random part of that wait; doubled with each failure
 * @param backoffMaxMillis     greatest such wait
 * @param contactMillis        a holder that has heard of no peer for so long asks before it stores a push
 * @param refuseMillis         after which a push that was not stored is refused
 * @param settleMillis         after which a stored push that could not be settled is called indeterminate
 * @param readMillis           how long a read waits for the holder
 * @param pursueMillis         how long a holder goes on sending to a peer that does not answer
 * @param entriesKept          committed log entries kept although not every member has acknowledged them
 * @param outcomesKept         outcomes of pushes kept
 * @param chunkEntries         most entries in one message
 */
public record Timeouts(long tentativeLeaseMillis, long leaseMillis, long lockMillis, long resendMillis,
                       long backoffMinMillis, long backoffSpreadMillis, long backoffMaxMillis, long contactMillis,
                       long refuseMillis, long settleMillis, long readMillis, long pursueMillis, int entriesKept,
                       int outcomesKept, int chunkEntries) {
    /** What production uses. */
    public static final Timeouts DEFAULT =
        new Timeouts(200, 5_000, 400, 200, 20, 180, 2_000, 1_000, 3_500, 10_000, 2_000, 10_000, 256, 4_096, 256);
}
