package dev.trine.router.nodes;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.common.wire.Wire;
import dev.trine.proto.PeerMessage;
import dev.trine.proto.Probe;
import dev.trine.proto.ReplicationGrpc;
import dev.trine.router.routing.Placement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Probes all members of a repository at once. Requests that arrive while a probe is in flight share the next one, never
 * one that began before them: its answers would be older than the request. Any thread.
 */
public final class Probes {
    private final NodeCalls calls;
    private final Nodes nodes;
    private final Duration deadline;
    private final AtomicLong lastProbeId = new AtomicLong();
    private final Map<Subject, Lane> lanes = new ConcurrentHashMap<>();
    private final Map<String, ProbeLine> lines = new ConcurrentHashMap<>();

    /** Makes probes that wait so long for each answer. */
    public Probes(NodeCalls calls, Nodes nodes, Duration deadline) {
        this.calls = calls;
        this.nodes = nodes;
        this.deadline = deadline;
    }

    /** What is probed. */
    record Subject(RepoId repo, Placement placement) {
    }

    /** The round in flight and the one that waits for it; replaced as a whole, under the map's own lock. */
    private record Lane(ProbeRound inFlight, @Nullable ProbeRound next) {
    }

    /** A round that begins now or later. */
    public ProbeRound join(RepoId repo, Placement placement) {
        Subject subject = new Subject(repo, placement);
        ProbeRound fresh = new ProbeRound(placement);
        Lane lane = lanes.compute(subject, (key, current) -> current == null ? new Lane(fresh, null)
            : current.next() == null ? new Lane(current.inFlight(), fresh) : current);
        if (lane.inFlight() == fresh) {
            begin(subject, fresh);
            return fresh;
        }
        return Objects.requireNonNull(lane.next());
    }

    private void begin(Subject subject, ProbeRound round) {
        subject.placement().members().forEach(member -> ask(subject, member, round));
    }

    private void record(Subject subject, ProbeRound round, ProbeOutcome outcome) {
        tellDetector(outcome);
        if (round.add(outcome)) {
            Lane now = lanes.computeIfPresent(subject, (key, lane) ->
                lane.inFlight() != round ? lane : lane.next() == null ? null : new Lane(lane.next(), null));
            if (now != null && now.next() == null && now.inFlight() != round) {
                begin(subject, now.inFlight());
            }
        }
    }

    private void tellDetector(ProbeOutcome outcome) {
        if (outcome.answer().isPresent()) {
            calls.detector().succeeded(outcome.node());
        } else {
            calls.detector().failed(outcome.node(), outcome.problem());
        }
    }

    private void ask(Subject subject, Member member, ProbeRound round) {
        Optional<String> address = nodes.address(member.node());
        if (address.isEmpty()) {
            record(subject, round, new ProbeOutcome(member.node(), Optional.empty(), "is no node of this cluster",
                Duration.ZERO));
            return;
        }
        PeerMessage question = PeerMessage.newBuilder().setRepoId(subject.repo().value())
            .setGeneration(subject.placement().generation()).setTarget(Wire.toProto(member))
            .setProbe(Probe.newBuilder().setProbeId(lastProbeId.incrementAndGet())).build();
        long began = System.nanoTime();
        lines.computeIfAbsent(address.get(), this::line).ask(question, (reply, problem) -> {
            Duration time = Duration.ofNanos(System.nanoTime() - began);
            record(subject, round, reply.map(came -> outcome(member.node(), question, came, time))
                .orElseGet(() -> new ProbeOutcome(member.node(), Optional.empty(), problem, time)));
        });
    }

    private ProbeLine line(String address) {
        return new ProbeLine(() -> ReplicationGrpc.newStub(calls.channels().to(address)), deadline);
    }

    private static ProbeOutcome outcome(NodeId node, PeerMessage question, PeerMessage reply, Duration roundTrip) {
        try {
            return new ProbeOutcome(node, Optional.of(answer(question, reply)), "", roundTrip);
        } catch (IllegalArgumentException malformed) {
            return new ProbeOutcome(node, Optional.empty(), "sent a malformed answer: " + malformed.getMessage(),
                roundTrip);
        }
    }

    private static ProbeAnswer answer(PeerMessage question, PeerMessage reply) {
        if (!reply.getRepoId().equals(question.getRepoId())) {
            throw new IllegalArgumentException("it is about another repository");
        }
        Member from = Wire.fromProto(reply.getSender());
        return switch (reply.getKindCase()) {
            case PROBE_REPLY -> {
                if (reply.getProbeReply().getProbeId() != question.getProbe().getProbeId()) {
                    throw new IllegalArgumentException("it answers another probe");
                }
                yield Wire.fromProto(from, reply.getProbeReply());
            }
            case MOVED -> withoutPosition(from, Role.RETIRED, reply.getMoved().getGeneration(),
                Wire.fromProto(reply.getMoved().getMembersList()));
            case NOT_MEMBER -> withoutPosition(from, Wire.fromProto(reply.getNotMember().getRole()), 0, List.of());
            default -> throw new IllegalArgumentException("it is no answer to a probe");
        };
    }

    private static ProbeAnswer withoutPosition(Member from, Role role, long generation, List<Member> members) {
        return new ProbeAnswer(from, role, generation, Epoch.NULL, Position.START, Position.START, Optional.empty(),
            members, false);
    }
}
