package dev.trine.server.replication;

import dev.trine.common.model.Member;
import java.util.Optional;

/** At most one pull at a time. While it runs the node does not contend for the lock: its log is about to change. */
final class Pulls {
    private final Outbox outbox;
    private Optional<Member> running = Optional.empty();

    Pulls(Outbox outbox) {
        this.outbox = outbox;
    }

    void start(Member from) {
        if (running.isEmpty()) {
            running = Optional.of(from);
            outbox.add(new Effect.StartPull(from));
        }
    }

    void finished(Member from) {
        running = running.filter(member -> !member.equals(from));
    }

    boolean isRunning() {
        return running.isPresent();
    }
}
