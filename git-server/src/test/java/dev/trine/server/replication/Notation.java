package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How transcripts write down what a replica does: one line each, a push as p1, an object as its first digit. */
final class Notation {
    private Notation() {
    }

    static String of(PeerMessage message) {
        return switch (message) {
            case PeerMessage.Lock m -> "Lock " + m.epoch() + (m.preempt() ? " preempt" : "");
            case PeerMessage.Granted m -> "Granted " + m.epoch() + ", last " + m.last() + ", committed "
                + m.committed();
            case PeerMessage.Refused m -> "Refused " + m.epoch() + ", promised " + m.promised();
            case PeerMessage.Leased m -> "Leased " + m.epoch() + ", to " + m.holder().node() + " at " + m.holderEpoch();
            case PeerMessage.FetchLog m -> "FetchLog " + m.epoch() + " from " + m.fromVersion() + ", if last is "
                + m.expectLast();
            case PeerMessage.LogChunk m -> "LogChunk " + m.epoch() + " " + of(m.entries());
            case PeerMessage.LogChanged m -> "LogChanged " + m.epoch();
            case PeerMessage.Append m -> "Append " + m.epoch() + " after " + m.previous() + " " + of(m.entries())
                + ", committed " + m.committed();
            case PeerMessage.Ack m -> "Ack " + m.epoch() + " up to " + m.matched();
            case PeerMessage.Nack m -> "Nack " + m.epoch() + ", promised " + m.promised();
            case PeerMessage.Gap m -> "Gap " + m.epoch() + ", last " + m.last() + ", committed " + m.committed();
            case PeerMessage.ObjectsMissing m -> "ObjectsMissing " + m.epoch() + " " + ids(m.pushes());
            case PeerMessage.Commit m -> "Commit " + m.position();
            case PeerMessage.Renew m -> "Renew " + m.epoch();
            case PeerMessage.RenewReply m -> "RenewReply " + m.epoch() + (m.ok() ? " ok" : " no");
            case PeerMessage.Release m -> "Release " + m.epoch();
            case PeerMessage.Moved m -> "Moved to generation " + m.generation();
            case PeerMessage.NotMember m -> "NotMember, " + m.role();
            case PeerMessage.PullHint m -> "PullHint " + m.committed();
            case PeerMessage.Withdrawn m -> "Withdrawn " + m.cause();
            case PeerMessage.Resolve m -> "Resolve " + of(m.push());
            case PeerMessage.ResolveReply m -> "ResolveReply " + of(m.push()) + " " + of(m.outcome());
        };
    }

    static String of(Answer answer) {
        return switch (answer) {
            case Answer.Settled a -> of(a.outcome());
            case Answer.HeldBy a -> "held by " + a.holder().node() + " at " + a.epoch();
            case Answer.Serve a -> "serves " + a.at();
            case Answer.Behind a -> "behind, has " + a.have();
            case Answer.Moved a -> "moved to generation " + a.generation();
            case Answer.Repaired a -> "repaired, committed " + a.committed();
            case Answer.Refused a -> "refused: " + a.why();
        };
    }

    static String of(PushOutcome outcome) {
        return switch (outcome) {
            case PushOutcome.Committed o -> "committed " + o.at() + " on " + o.nodes().stream().map(Object::toString)
                .collect(Collectors.joining(" "));
            case PushOutcome.Rejected o -> "rejected at " + o.at() + ": " + o.rejections().stream()
                .map(Notation::of).collect(Collectors.joining(", "));
            case PushOutcome.NotApplied o -> "not applied";
            case PushOutcome.Indeterminate o -> "indeterminate: " + named(o.why());
            case PushOutcome.Refused o -> "refused: " + named(o.why());
        };
    }

    /** What a batch makes durable; empty: nothing. */
    static Optional<String> of(Batch batch, ReplicaState before) {
        List<String> parts = new ArrayList<>();
        batch.state().filter(state -> !state.promised().equals(before.promised()))
            .ifPresent(state -> parts.add("promised " + state.promised()));
        batch.snapshot().ifPresent(pull -> parts.add("the pulled state"));
        batch.truncateFrom().ifPresent(version -> parts.add("cut from " + version));
        if (!batch.put().isEmpty()) {
            parts.add(of(batch.put()));
        }
        batch.state().filter(state -> !state.committed().equals(before.committed()))
            .ifPresent(state -> parts.add("committed " + state.committed()));
        batch.state().filter(state -> state.generation() != before.generation())
            .ifPresent(state -> parts.add("generation " + state.generation()));
        batch.state().filter(state -> state.role() != before.role())
            .ifPresent(state -> parts.add("role " + state.role()));
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
    }

    static String of(Collection<Logged> entries) {
        return entries.stream().map(Notation::of).collect(Collectors.joining(", ", "[", "]"));
    }

    static String of(SimulatedDisk disk) {
        String refs = disk.refs().entrySet().stream().map(ref -> ref.getKey() + "=" + of(Optional.of(ref.getValue())))
            .collect(Collectors.joining(" "));
        return "promised " + disk.state().promised() + ", log " + of(disk.log().values()) + ", committed "
            + disk.state().committed() + ", refs " + (refs.isEmpty() ? "none" : refs);
    }

    static String of(ProbeAnswer answer) {
        String role = answer.role() == Role.VOTER ? "" : answer.role() + ", ";
        return role + "promised " + answer.promised() + ", last " + answer.last() + ", committed " + answer.committed()
            + answer.lease().map(lease -> ", lease to " + lease.holder().node() + " at " + lease.epoch()).orElse("")
            + (answer.holderReady() ? ", ready" : "");
    }

    static String of(Effect effect) {
        return switch (effect) {
            case Effect.Send e -> "-> " + e.envelope().target().node() + " " + of(e.envelope().payload());
            case Effect.Reply e -> "answers " + of(e.answer());
            case Effect.FetchObjects e -> "fetches objects of " + ids(LogEntries.ids(e.pushes())) + " from "
                + node(e.from());
            case Effect.StageTo e -> "stages " + ids(LogEntries.ids(e.pushes())) + " at " + node(e.peer());
            case Effect.StartPull e -> "pulls from " + node(e.from());
        };
    }

    private static String of(Logged logged) {
        return logged.position() + " " + switch (logged.entry()) {
            case LogEntry.Push push -> of(push.pushId()) + " " + push.updates().stream().map(Notation::of)
                .collect(Collectors.joining(" "));
            case LogEntry.Noop noop -> "noop";
            case LogEntry.Abort abort -> "abort " + of(abort.pushId());
            case LogEntry.Seal seal -> seal.nextMembers().isEmpty() ? "seal for nobody"
                : "seal for " + seal.nextMembers().stream().map(Notation::node).collect(Collectors.joining(" "));
        };
    }

    private static String of(RefUpdate update) {
        return update.name().value().replace("refs/heads/", "") + ":" + of(update.oldValue()) + ">"
            + of(update.newValue());
    }

    private static String of(Optional<RefValue> value) {
        return value.map(held -> switch (held) {
            case RefValue.Direct direct -> direct.id().toString().substring(0, 1);
            case RefValue.Symbolic symbolic -> symbolic.target().value();
        }).orElse("-");
    }

    private static String of(RefRejection rejection) {
        return rejection.name().value().replace("refs/heads/", "") + " " + rejection.reason();
    }

    private static String of(PushId push) {
        return "p" + push.value().replaceFirst("^0+", "");
    }

    private static String ids(Collection<PushId> pushes) {
        return pushes.stream().map(Notation::of).sorted().collect(Collectors.joining(" "));
    }

    private static String named(String why) {
        return why.replaceFirst("0{20,}", "p");
    }

    private static String node(Member member) {
        return member.node().value();
    }
}
