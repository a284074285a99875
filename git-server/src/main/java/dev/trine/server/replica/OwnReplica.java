package dev.trine.server.replica;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.ChangesDigest;
import dev.trine.server.replication.Proposal;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Proposes to this node's own replica pushes whose packs are durable here. Packs may be swapped at any moment, and then
 * what was staged must be checked again before it counts. Called by many threads.
 */
final class OwnReplica {
    /** Longest wait for what became of a proposal: longer than the replica itself takes to settle or refuse it. */
    static final Duration OUTCOME_MAX = Duration.ofSeconds(16);

    private static final int CHECKS_MAX = 3;

    private static final Duration APPLIED_MAX = Duration.ofMillis(500);

    private final Quarantine quarantine;
    private final ReplicaStore store;

    OwnReplica(Quarantine quarantine, ReplicaStore store) {
        this.quarantine = quarantine;
        this.store = store;
    }

    /**
     * A ref transaction with the packs that bring its objects; the caller holds them.
     *
     * @param handedOn whether another node was given it earlier and may yet carry it out
     */
    record Transaction(Pushes.Named named, List<RefUpdate> updates, List<PackName> packs, boolean handedOn) {
        Transaction {
            updates = List.copyOf(updates);
            packs = List.copyOf(packs);
        }

        PushId push() {
            return named.id();
        }

        Set<ObjectName> tips() {
            return Quarantine.tips(updates);
        }
    }

    /** Proposes; empty: no answer within {@link #OUTCOME_MAX}. */
    Optional<Answer> propose(ReplicaLoop loop, Transaction transaction)
        throws IOException, InterruptedException, ReplicaStoppedException, OverloadedException {
        Optional<Answer> answer = Optional.empty();
        for (int i = 0; i < CHECKS_MAX; i++) {
            if (!isStaged(loop, transaction) && !stage(loop, transaction)) {
                return Optional.of(new Answer.Settled(new PushOutcome.Refused("nothing was changed, objects that the"
                    + " push builds on are not here; fetch and push again")));
            }
            answer = Waiting.await(loop.propose(ticket -> new Proposal(ticket, transaction.push(),
                transaction.updates(), transaction.packs(), transaction.handedOn(),
                transaction.named().user())), OUTCOME_MAX);
            if (isStaged(loop, transaction) || !isRefused(answer)) {
                return answer.isPresent() ? Optional.of(withReceipt(loop, transaction, answer.get())) : answer;
            }
            // refused because packs were swapped a moment before
        }
        return answer;
    }

    /** Adds the receipt, which also tells whether it was this transaction that was settled under its id. */
    private Answer withReceipt(ReplicaLoop loop, Transaction transaction, Answer answer) throws InterruptedException {
        if (!(answer instanceof Answer.Settled settled)
            || !(settled.outcome() instanceof PushOutcome.Committed committed)) {
            return answer;
        }
        loop.awaitCommitted(committed.at().version(), APPLIED_MAX);
        Optional<Receipt> receipt = receipt(loop.repo(), committed.at());
        boolean another =
            receipt.filter(kept -> !kept.changes().equals(ChangesDigest.of(transaction.updates()))).isPresent();
        return new Answer.Settled(another
            ? another(transaction.push(), committed.at())
            : new PushOutcome.Committed(committed.at(), committed.nodes(), receipt));
    }

    /** What is told of a push whose id was used before, for other changes. */
    static PushOutcome another(PushId push, Position at) {
        return new PushOutcome.NotApplied("the id " + push + " belongs to another push, which is version "
            + at.version());
    }

    private Optional<Receipt> receipt(RepoId repo, Position at) {
        Optional<ReplicaSnapshot> snapshot = store.snapshot(repo);
        if (snapshot.isEmpty()) {
            return Optional.empty();
        }
        try (ReplicaSnapshot open = snapshot.get()) {
            return open.receipt(at);
        }
    }

    private boolean stage(ReplicaLoop loop, Transaction transaction) throws IOException {
        return quarantine.stage(loop, transaction.push(), transaction.packs(), transaction.tips(), List.of())
            .isPresent();
    }

    private static boolean isStaged(ReplicaLoop loop, Transaction transaction) {
        return transaction.tips().isEmpty() && transaction.packs().isEmpty()
            || loop.staged().isStaged(transaction.push(), transaction.packs());
    }

    private static boolean isRefused(Optional<Answer> answer) {
        return answer.isPresent() && answer.get() instanceof Answer.Settled settled
            && settled.outcome() instanceof PushOutcome.Refused;
    }
}
