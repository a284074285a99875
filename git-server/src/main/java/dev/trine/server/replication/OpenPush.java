package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefRejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A push that is in the log, or may be in somebody's: whoever waits for it learns what became of it. */
final class OpenPush {
    private final PushId push;
    private final long sinceMillis;
    private final List<Ticket> tickets = new ArrayList<>();
    private final List<Member> peers = new ArrayList<>();
    private List<RefRejection> rejections = List.of();
    private Optional<Position> abortedAt = Optional.empty();
    private Optional<Position> evaluatedAt = Optional.empty();
    private boolean elsewhere;
    private int timesAsked;
    private long askedAt = Long.MIN_VALUE / 2;

    OpenPush(PushId push, long sinceMillis) {
        this.push = push;
        this.sinceMillis = sinceMillis;
    }

    PushId push() {
        return push;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    List<Ticket> tickets() {
        return tickets;
    }

    /** Peers that asked what became of it. */
    List<Member> peers() {
        return peers;
    }

    void await(Ticket ticket) {
        tickets.add(ticket);
    }

    /** This node stored it behind that position. */
    void storedBehind(Position position) {
        evaluatedAt = Optional.of(position);
    }

    /** Another node may have been given it too. */
    void mayBeElsewhere() {
        elsewhere = true;
    }

    /** Whether this node stored it and no other node can have been given it. */
    boolean isOnlyHere() {
        return evaluatedAt.isPresent() && !elsewhere && peers.isEmpty();
    }

    /** Where the log ended when it was stored here. */
    Position evaluatedAt() {
        return evaluatedAt.orElseThrow();
    }

    void await(Member peer) {
        if (!peers.contains(peer)) {
            peers.add(peer);
        }
    }

    /**
     * Why it is told to have been rejected if the ABORT at that position settles it: only then is what it was compared
     * with committed. Empty: another ABORT did, and nothing is known of its old values.
     */
    Optional<List<RefRejection>> rejections(Position abort) {
        return abortedAt.filter(abort::equals).map(at -> rejections);
    }

    /** Its old values were found wrong on the log below the ABORT at that position. */
    void reject(Position abort, List<RefRejection> why) {
        abortedAt = Optional.of(abort);
        rejections = List.copyOf(why);
    }

    /** Whether the lock holder should be asked (again); if so, notes that it was. */
    boolean ask(long now, long everyMillis) {
        boolean due = now - askedAt >= everyMillis;
        if (due) {
            askedAt = now;
            timesAsked++;
        }
        return due;
    }

    /** How often somebody was asked. */
    int timesAsked() {
        return timesAsked;
    }
}
