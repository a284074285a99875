package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RepoId;
import java.util.ArrayList;
import java.util.List;

/** Collects the effects of the step that is being taken. */
final class Outbox {
    private final RepoId repo;
    private final Member self;
    private List<Effect> before = new ArrayList<>();
    private List<Effect> after = new ArrayList<>();

    Outbox(RepoId repo, Member self) {
        this.repo = repo;
        this.self = self;
    }

    /** Sends once the step's batch is durable. */
    void send(Member to, long generation, PeerMessage message) {
        after.add(new Effect.Send(new Envelope(repo, generation, self, to, message)));
    }

    /**
     * Sends entries to a peer while this node writes them itself. Safe because the epoch was promised durably before
     * the first Lock left, so that no other entry can ever bear the same position; the holder's own acknowledgement
     * counts only in a later step, when its batch is durable.
     */
    void sendAtOnce(Member to, PeerMessage.Append append) {
        Epoch epoch = append.epoch();
        before.add(new Effect.Send(new Envelope(repo, epoch.generation(), self, to, append)));
    }

    void reply(Ticket ticket, Answer answer) {
        after.add(new Effect.Reply(ticket, answer));
    }

    void settle(Ticket ticket, PushOutcome outcome) {
        reply(ticket, new Answer.Settled(outcome));
    }

    void add(Effect effect) {
        after.add(effect);
    }

    Step toStep(Batch batch) {
        Step step = new Step(before, batch, after);
        before = new ArrayList<>();
        after = new ArrayList<>();
        return step;
    }
}
