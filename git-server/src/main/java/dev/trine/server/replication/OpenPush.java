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
    private Optional<List<RefRejection>> rejections = Optional.empty();
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

    /** Why it will be told to have been rejected once its ABORT is committed. */
    Optional<List<RefRejection>> rejections() {
        return rejections;
    }

    void reject(List<RefRejection> why) {
        rejections = Optional.of(why);
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
