package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.Role;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.repo.PackSync;
import dev.trine.server.store.StagedPush;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a checked push to its end: makes it durable here, ships it to the other members, and once one of them has it
 * proposes the ref transaction. No lock is held until then. Called by many threads.
 */
final class PushCommit {
    /** A push that was checked longer ago is checked again: what it leans on may have lost its ref since. */
    static final Duration CHECK_AGE_MAX = Duration.ofMinutes(10);

    private static final Duration RETURN_MAX = Duration.ofMillis(1_500);
    private static final Duration RETRY_AFTER = Duration.ofMillis(200);

    private final Member self;
    private final Quarantine quarantine;
    private final Shipments shipments;
    private final Proposing proposing;
    private final Clock clock;
    private final Duration stageMax;

    /**
     * Commits nothing yet.
     *
     * @param stageMax longest wait for the first peer to have a push's objects
     */
    PushCommit(Member self, Quarantine quarantine, Shipments shipments, Proposing proposing, Clock clock,
               Duration stageMax) {
        this.self = self;
        this.quarantine = quarantine;
        this.shipments = shipments;
        this.proposing = proposing;
        this.clock = clock;
        this.stageMax = stageMax;
    }

    /**
     * A push that was received and found complete.
     *
     * @param named       which it is, and whose
     * @param updates     at least one, new values peeled
     * @param packs       packs that bring its objects, held by the caller; at most one
     * @param checked     the state that it was checked with
     * @param sync        that of its pack, which may still be under way; empty: it has none
     * @param triedBefore whether it may have been tried before under its id, and may yet be under way
     */
    record Candidate(ReplicaLoop loop, Pushes.Named named, List<RefUpdate> updates, List<PackName> packs,
                     CommittedView checked, Optional<PackSync> sync, boolean triedBefore) {
        Candidate {
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

    Member self() {
        return self;
    }

    /** Commits it, or says why not. */
    PushOutcome commit(Candidate candidate) throws IOException, InterruptedException {
        PushOutcome outcome = decide(candidate);
        return candidate.triedBefore() && outcome instanceof PushOutcome.Refused refused
            ? new PushOutcome.Indeterminate("push " + candidate.push() + " may have taken effect before or may yet do"
                + " so, " + refused.why() + "; fetch before pushing again") : outcome;
    }

    private PushOutcome decide(Candidate candidate) throws IOException, InterruptedException {
        ReplicaLoop loop = candidate.loop();
        ReplicaState state = loop.shown().state();
        if (state.withdrawal().isPresent()) {
            return new PushOutcome.Refused("nothing was changed, this node has withdrawn its replica, "
                + state.withdrawal().get().cause().text() + "; push again");
        }
        if (state.role() != Role.VOTER) {
            return new PushOutcome.Refused("nothing was changed, the repository has moved to other nodes; push again");
        }
        if (candidate.tips().isEmpty()) {
            return proposing.propose(candidate, Optional.empty());
        }
        List<Member> peers = state.members().stream().filter(member -> !member.equals(self)).toList();
        List<Shipment> sent = new ArrayList<>();
        sent.add(start(candidate, state.generation(), peers));
        awaitDurable(candidate, sent);
        PushOutcome outcome = stageHere(candidate) ? decide(candidate, state.generation(), peers, sent)
            : new PushOutcome.Refused("nothing was changed, objects that the push builds on were removed while it was"
                + " under way; fetch and push again");
        forgetUnlessOpen(loop, candidate.push(), outcome);
        if (isGivenUp(outcome) && !candidate.triedBefore()) {
            shipments.giveUp(sent);
        }
        return outcome;
    }

    /** The peers receive it meanwhile. */
    private void awaitDurable(Candidate candidate, List<Shipment> sent) throws IOException {
        if (candidate.sync().isPresent()) {
            try {
                candidate.sync().get().await();
            } catch (IOException e) {
                shipments.giveUp(sent);
                throw e;
            }
        }
    }

    /** Proposes the push once a peer has it; ships it again, and notes that, while none can be reached. */
    private PushOutcome decide(Candidate candidate, long generation, List<Member> peers, List<Shipment> sent)
        throws IOException, InterruptedException {
        boolean staged = sent.getLast().awaitOne(stageMax);
        Instant end = clock.instant().plus(RETURN_MAX);
        while (!staged && clock.instant().isBefore(end)) {
            Thread.sleep(RETRY_AFTER); // a peer that is just coming back, maybe while another hung, is waited for
            sent.add(start(candidate, generation, peers));
            staged = sent.getLast().awaitOne(stageMax);
        }
        Shipment shipment = sent.getLast();
        return shipment.isStagedSomewhere() ? proposing.propose(candidate, Optional.of(shipment))
            : new PushOutcome.Refused("nothing was changed, a push needs two of three nodes: " + shipment.failure());
    }

    /** Whether the push is in no log and never will be: what is told of it may then come at any time. */
    private static boolean isGivenUp(PushOutcome outcome) {
        return switch (outcome) {
            case PushOutcome.Rejected rejected -> true;
            case PushOutcome.Refused refused -> true;
            case PushOutcome.Committed committed -> false;
            case PushOutcome.NotApplied aborted -> false; // the log itself says so to everybody
            case PushOutcome.Indeterminate open -> false;
        };
    }

    private Shipment start(Candidate candidate, long generation, List<Member> peers) throws IOException {
        return shipments.start(candidate.loop().repo(), generation, candidate.checked().at(),
            new Shipments.Goods(candidate.push(), candidate.tips(), candidate.packs(),
                candidate.updates().stream().map(RefUpdate::name).toList()), peers);
    }

    /** Stages it here; it counts only if packs were not swapped since it was checked, see {@link OwnReplica}. */
    private boolean stageHere(Candidate candidate) throws IOException {
        CommittedView checked = candidate.checked();
        Instant now = clock.instant();
        if (checked.opened().plus(CHECK_AGE_MAX).isBefore(now)) {
            return quarantine.stage(candidate.loop(), candidate.push(), candidate.packs(), candidate.tips(), List.of())
                .isPresent();
        }
        candidate.loop().staged().stage(new StagedPush(candidate.push(), candidate.packs(), candidate.tips(),
            checked.snapshot().gcGeneration(), now));
        return true;
    }

    private static void forgetUnlessOpen(ReplicaLoop loop, PushId push, PushOutcome outcome) {
        switch (outcome) {
            case PushOutcome.Committed committed -> {
                boolean applied = loop.shown().state().committed().version() >= committed.at().version();
                if (applied && loop.staged().get(push).isPresent()) {
                    loop.staged().unstage(push); // it was tried again after it had been committed
                }
            }
            case PushOutcome.Indeterminate open -> { }
            case PushOutcome.Rejected rejected -> loop.staged().unstage(push);
            case PushOutcome.NotApplied not -> loop.staged().unstage(push);
            case PushOutcome.Refused refused -> loop.staged().unstage(push);
        }
    }
}
