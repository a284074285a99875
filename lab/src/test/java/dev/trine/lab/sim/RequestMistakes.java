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
import dev.trine.router.routing.Question;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Proposal;
import dev.trine.server.replication.RecordedOutcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Mistakes in what a node answers to clients and routers. */
final class RequestMistakes implements Mistakes {
    private final Kind kind;

    RequestMistakes(Kind kind) {
        this.kind = kind;
    }

    enum Kind {
        CAS_COMMITTED, DEDUPE_COMMITTED, REJECT_NOPROBE, REJECT_TAIL, HOLDER_BEFORE_READY
    }

    @Override
    public Optional<Answer> hasty(Simulation simulation, SimulatedNode node, Message request) {
        long now = simulation.timeline().now();
        if (node.isPaused(now)) {
            return Optional.empty();
        }
        return switch (kind) {
            case HOLDER_BEFORE_READY -> request instanceof Message.Read read
                && read.at() instanceof ReadPoint.AsHolder at ? beforeReady(node, at, now) : Optional.empty();
            case REJECT_NOPROBE, REJECT_TAIL -> request instanceof Message.Propose propose
                ? reject(node, propose.proposals().getFirst(), now) : Optional.empty();
            case CAS_COMMITTED, DEDUPE_COMMITTED -> Optional.empty();
        };
    }

    @Override
    public Message misread(Simulation simulation, SimulatedNode node, Message request) {
        if (!(request instanceof Message.Propose propose)) {
            return request;
        }
        Proposal proposal = propose.proposals().getFirst();
        return switch (kind) {
            case CAS_COMMITTED -> new Message.Propose(List.of(new Proposal(proposal.ticket(), proposal.push(),
                proposal.updates().stream().map(update -> comparedWithCommitted(node, update)).toList(),
                proposal.packs(), proposal.handedOn())));
            case DEDUPE_COMMITTED -> isOpen(node, proposal.push())
                ? new Message.Propose(List.of(alias(simulation, node, proposal))) : request;
            case REJECT_NOPROBE, REJECT_TAIL, HOLDER_BEFORE_READY -> request;
        };
    }

    /** Routers trust a holder as soon as it shows its lease. */
    @Override
    public ProbeAnswer answered(Question question, ProbeAnswer answer) {
        boolean holds = answer.lease().filter(lease -> lease.holder().equals(answer.from())
            && lease.epoch().equals(answer.promised())).isPresent();
        return kind == Kind.HOLDER_BEFORE_READY && holds ? new ProbeAnswer(answer.from(), answer.role(),
            answer.generation(), answer.promised(), answer.last(), answer.committed(), answer.lease(),
            answer.members(), true) : answer;
    }

    private static Optional<Answer> beforeReady(SimulatedNode node, ReadPoint.AsHolder at, long now) {
        ProbeAnswer own = node.probe(now);
        boolean holds = own.promised().equals(at.holder())
            && own.lease().filter(lease -> lease.holder().equals(node.member())).isPresent();
        Epoch minimum = at.minimum().epoch();
        boolean contains = minimum.isBefore(at.holder())
            || minimum.equals(at.holder()) && own.committed().version() >= at.minimum().version();
        return holds && contains ? Optional.of(new Answer.Serve(own.committed())) : Optional.empty();
    }

    private Optional<Answer> reject(SimulatedNode node, Proposal proposal, long now) {
        ProbeAnswer own = node.probe(now);
        boolean settled = own.last().equals(own.committed());
        boolean known = isOpen(node, proposal.push()) || node.disk().outcomes().stream()
            .map(RecordedOutcome::push).anyMatch(proposal.push()::equals);
        if (!own.holderReady() || known || kind == Kind.REJECT_NOPROBE && !settled) {
            return Optional.empty();
        }
        Map<RefName, RefValue> head = head(node);
        List<RefRejection> rejections = proposal.updates().stream()
            .filter(update -> !Optional.ofNullable(head.get(update.name())).equals(update.oldValue()))
            .map(update -> new RefRejection(update.name(), RefRejection.Reason.STALE_OLD_VALUE)).toList();
        return rejections.isEmpty() ? Optional.empty()
            : Optional.of(new Answer.Settled(new PushOutcome.Rejected(own.last(), rejections)));
    }

    /** Expects what the log's end has wherever the client rightly expects what is committed. */
    private static RefUpdate comparedWithCommitted(SimulatedNode node, RefUpdate update) {
        Optional<RefValue> atEnd = Optional.ofNullable(head(node).get(update.name()));
        boolean applies = update.oldValue().equals(node.disk().get(update.name()))
            && (atEnd.isPresent() || update.newValue().isPresent());
        return applies ? new RefUpdate(update.name(), atEnd, update.newValue()) : update;
    }

    /** Refs after the whole log. */
    private static Map<RefName, RefValue> head(SimulatedNode node) {
        Map<RefName, RefValue> head = new HashMap<>(node.disk().refs());
        node.disk().tail().forEach(push -> push.updates().forEach(update -> update.newValue()
            .ifPresentOrElse(value -> head.put(update.name(), value), () -> head.remove(update.name()))));
        return head;
    }

    private static boolean isOpen(SimulatedNode node, PushId push) {
        return node.disk().tail().stream().anyMatch(entry -> entry.pushId().equals(push));
    }

    /** The same push, taken for another one. */
    private static Proposal alias(Simulation simulation, SimulatedNode node, Proposal proposal) {
        PushId alias = new PushId("f" + proposal.push().value().substring(1));
        simulation.invariants().asked(alias, proposal.updates());
        node.disk().sync(Set.of(alias));
        return new Proposal(proposal.ticket(), alias, proposal.updates(), proposal.packs(), proposal.handedOn());
    }
}
