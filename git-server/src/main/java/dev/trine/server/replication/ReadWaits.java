package dev.trine.server.replication;

import dev.trine.common.model.ReadPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides whether this node's committed state may answer a read; reads at the lock holder may wait for a commit. */
final class ReadWaits {
    private final ReplicaLog log;
    private final Outbox outbox;
    private final Timeouts timeouts;
    private final List<Waiting> waiting = new ArrayList<>();

    ReadWaits(ReplicaLog log, Outbox outbox, Timeouts timeouts) {
        this.log = log;
        this.outbox = outbox;
        this.timeouts = timeouts;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void read(Message.Read read, long now) {
        if (read.at() instanceof ReadPoint.Proof proof && log.votesIn(proof.generation())) {
            log.advance(proof.minimum());
        }
        if (!log.votesIn(read.at().generation())) {
            outbox.reply(read.ticket(), Answer.elsewhere(log.state(), read.at().generation()));
            return;
        }
        switch (read.at()) {
            case ReadPoint.Committed at -> serveFrom(at.minimum().version(), read.ticket());
            case ReadPoint.StaleAllowed at -> serveFrom(0, read.ticket());
            case ReadPoint.Proof at -> serveFrom(at.minimum().version(), read.ticket());
            case ReadPoint.AsHolder at -> waiting.add(new Waiting(read.ticket(), at, now + timeouts.readMillis()));
        }
    }

    /** Answers the reads at the holder that are ready, or that this node cannot serve any more. */
    void serve(Optional<Session> session, boolean contending, long now) {
        for (Waiting read : List.copyOf(waiting)) {
            ReadPoint.AsHolder at = read.at();
            boolean mine = log.promised().equals(at.holder())
                && (contending || session.filter(s -> s.epoch().equals(at.holder())).isPresent());
            boolean ready = session.filter(s -> s.epoch().equals(at.holder()) && s.isReady()).isPresent();
            boolean contains = at.minimum().epoch().isBefore(at.holder())
                || at.minimum().epoch().equals(at.holder()) && log.committed().version() >= at.minimum().version();
            if (ready && contains) {
                waiting.remove(read);
                outbox.reply(read.ticket(), new Answer.Serve(log.committed()));
            } else if (!mine || at.minimum().epoch().isAfter(at.holder()) || now >= read.deadline()) {
                waiting.remove(read);
                outbox.reply(read.ticket(), new Answer.Behind(log.committed()));
            }
        }
    }

    private void serveFrom(long version, Ticket ticket) {
        outbox.reply(ticket, log.committed().version() >= version
            ? new Answer.Serve(log.committed()) : new Answer.Behind(log.committed()));
    }

    private record Waiting(Ticket ticket, ReadPoint.AsHolder at, long deadline) {
    }
}
