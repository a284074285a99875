package dev.trine.lab.sim;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Proposal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plants a mistake in what a node decides about a request of a client. */
final class Misjudgement {
    private final Mutation mutation;
    private final SimulatedNode node;
    private final History history;

    Misjudgement(Mutation mutation, SimulatedNode node, History history) {
        this.mutation = mutation;
        this.node = node;
        this.history = history;
    }

    /** The hasty answer, if the mistake leads to one. */
    Optional<Answer> hasty(Message request, long now) {
        return switch (mutation) {
            case HOLDER_BEFORE_READY -> request instanceof Message.Read read
                && read.at() instanceof ReadPoint.AsHolder at ? beforeReady(at, now) : Optional.empty();
            case REJECT_NOPROBE, REJECT_TAIL -> request instanceof Message.Propose propose
                ? reject(propose.proposals().getFirst(), now) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** The request as the mistaken node understands it. */
    Message misread(Message request) {
        if (!(request instanceof Message.Propose propose)) {
            return request;
        }
        Proposal proposal = propose.proposals().getFirst();
        return switch (mutation) {
            case CAS_COMMITTED -> new Message.Propose(List.of(new Proposal(proposal.ticket(), proposal.push(),
                proposal.updates().stream().map(this::comparedWithCommitted).toList(), proposal.packs(),
                proposal.handedOn())));
            case DEDUPE_COMMITTED -> isOpen(proposal.push()) ? new Message.Propose(List.of(alias(proposal))) : request;
            default -> request;
        };
    }

    private Optional<Answer> beforeReady(ReadPoint.AsHolder at, long now) {
        ProbeAnswer own = node.probe(now);
        boolean holds = own.promised().equals(at.holder())
            && own.lease().filter(lease -> lease.holder().equals(node.member())).isPresent();
        Epoch minimum = at.minimum().epoch();
        boolean contains = minimum.isBefore(at.holder())
            || minimum.equals(at.holder()) && own.committed().version() >= at.minimum().version();
        return holds && contains ? Optional.of(new Answer.Serve(own.committed())) : Optional.empty();
    }

    private Optional<Answer> reject(Proposal proposal, long now) {
        ProbeAnswer own = node.probe(now);
        boolean settled = own.last().equals(own.committed());
        boolean known = isOpen(proposal.push())
            || node.disk().outcomes().stream().anyMatch(outcome -> outcome.push().equals(proposal.push()));
        if (!own.holderReady() || known || mutation == Mutation.REJECT_NOPROBE && !settled) {
            return Optional.empty();
        }
        Map<RefName, RefValue> head = node.disk().head();
        List<RefRejection> rejections = proposal.updates().stream()
            .filter(update -> !Optional.ofNullable(head.get(update.name())).equals(update.oldValue()))
            .map(update -> new RefRejection(update.name(), RefRejection.Reason.STALE_OLD_VALUE)).toList();
        return rejections.isEmpty() ? Optional.empty()
            : Optional.of(new Answer.Settled(new PushOutcome.Rejected(own.last(), rejections)));
    }

    /** Expects what the log's end has wherever the client rightly expects what is committed. */
    private RefUpdate comparedWithCommitted(RefUpdate update) {
        Optional<RefValue> atEnd = Optional.ofNullable(node.disk().head().get(update.name()));
        boolean applies = update.oldValue().equals(node.disk().get(update.name()))
            && (atEnd.isPresent() || update.newValue().isPresent());
        return applies ? new RefUpdate(update.name(), atEnd, update.newValue()) : update;
    }

    private boolean isOpen(PushId push) {
        return node.disk().tail().stream().anyMatch(entry -> entry.pushId().equals(push));
    }

    /** The same push, taken for another one. */
    private Proposal alias(Proposal proposal) {
        PushId alias = new PushId("f" + proposal.push().value().substring(1));
        history.asked(alias, proposal.updates());
        node.disk().objects().add(alias);
        return new Proposal(proposal.ticket(), alias, proposal.updates(), proposal.packs(), proposal.handedOn());
    }
}
