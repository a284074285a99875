package dev.trine.server.replication;

import dev.trine.common.model.Member;

/** How far the lock holder has brought one peer. Versions count from 1; times are the holder's, in milliseconds. */
final class PeerProgress {
    private static final int DOUBLINGS_MAX = 3;

    private final Member member;
    private boolean acknowledged;
    private long matched;
    private long ackedRound;
    private long ackedCommit;
    private long start;
    private long next;
    private long sentCommit;
    private long commitAtRound;
    private long heardAt;
    private long sentAt;
    private long pursueUntil;
    private int resends;
    private boolean staging;
    private boolean lacksObjects;
    private long pausedUntil = Long.MIN_VALUE;

    PeerProgress(Member member, long start, long now, Timeouts timeouts) {
        this.member = member;
        this.start = start;
        this.next = start;
        lost(now, timeouts);
        this.sentAt = now;
        this.pursueUntil = now + timeouts.pursueMillis();
    }

    Member member() {
        return member;
    }

    /** Highest version that it acknowledged in this epoch. */
    long matched() {
        return matched;
    }

    /** Number of the newest append that it acknowledged. */
    long ackedRound() {
        return ackedRound;
    }

    /** First version to be sent next. */
    long next() {
        return next;
    }

    long sentCommit() {
        return sentCommit;
    }

    boolean isStaging() {
        return staging;
    }

    boolean inContact(long now, Timeouts timeouts) {
        return now - heardAt <= timeouts.contactMillis();
    }

    /** It cannot be reached: as if it had not been heard of for long. */
    void lost(long now, Timeouts timeouts) {
        heardAt = now - timeouts.contactMillis() - 1;
    }

    /** It takes no part: nothing is sent to it until there is something new. */
    void withdrew(long now, Timeouts timeouts) {
        lost(now, timeouts);
        pursueUntil = now;
        staging = false;
    }

    void heard(long now, Timeouts timeouts) {
        heardAt = now;
        resends = 0;
        pursueUntil = now + timeouts.pursueMillis();
    }

    /** There is something new to bring: worth some more effort. */
    void pursue(long now, Timeouts timeouts) {
        pursueUntil = now + timeouts.pursueMillis();
    }

    void sent(long upTo, long committed, long round, long now) {
        next = Math.max(next, upTo + 1);
        if (committed > sentCommit) {
            sentCommit = committed;
            commitAtRound = round;
        }
        sentAt = now;
    }

    void acked(long version, long round) {
        if (!acknowledged || version > matched) {
            lacksObjects = false;
            pausedUntil = Long.MIN_VALUE;
        }
        acknowledged = true;
        matched = Math.max(matched, version);
        ackedRound = Math.max(ackedRound, round);
        if (round >= commitAtRound && version >= sentCommit) {
            ackedCommit = sentCommit; // without the entry itself it could not commit it
        }
        next = Math.max(next, matched + 1);
    }

    /** Its log goes with the holder's up to just before that version. */
    void continueFrom(long version) {
        start = version;
        next = Math.max(version, matched + 1);
    }

    /** Version up to which its log is taken to go with the holder's. */
    long known() {
        return acknowledged ? matched : start - 1;
    }

    /** Goes back to what it is known to have. */
    void rewind(long now) {
        next = known() + 1;
        resends++;
        sentAt = now;
        pausedUntil = Long.MIN_VALUE;
    }

    /**
     * Sends it no more entries until it has acknowledged some, or a while has passed. Whatever is under way to it will
     * be refused as the last was: to answer each refusal with the same entries again would multiply them without end.
     */
    void pause(long now, Timeouts timeouts) {
        pausedUntil = now + timeouts.resendMillis();
    }

    boolean isPaused(long now) {
        return now < pausedUntil;
    }

    /** Whether nothing but questions may be sent to it. */
    boolean isHeldBack(long now) {
        return staging || isPaused(now);
    }

    /** Notes that objects are missing there; returns whether that was known before. */
    boolean lacksObjects() {
        boolean before = lacksObjects;
        lacksObjects = true;
        return before;
    }

    void staging(boolean running) {
        staging = running;
        if (!running) {
            next = known() + 1;
        }
    }

    /** Whether it lacks entries, the newest commit, or an answer. */
    boolean lags(long last, long committed, long round) {
        return !acknowledged || matched < last || ackedCommit < committed || ackedRound < round;
    }

    boolean isPursued(long now) {
        return now < pursueUntil;
    }

    boolean isDue(long now, Timeouts timeouts) {
        return !staging && isPursued(now)
            && now - sentAt >= timeouts.resendMillis() << Math.min(resends, DOUBLINGS_MAX);
    }
}
