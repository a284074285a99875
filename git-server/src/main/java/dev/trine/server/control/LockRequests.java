package dev.trine.server.control;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.common.wire.Wire;
import dev.trine.proto.NodeControlGrpc;
import dev.trine.proto.NodeControlGrpc.NodeControlBlockingStub;
import dev.trine.proto.RepairReply;
import dev.trine.proto.RepairRequest;
import dev.trine.proto.SealReply;
import dev.trine.proto.SealRequest;
import dev.trine.server.replica.Replicas;
import dev.trine.server.replication.Answer;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Repairs and seals, which need a repository's write lock: this node's replica takes it, unless another node has it and
 * answers; then that one is asked. Called by many threads.
 */
public final class LockRequests {
    private static final int TRIES_MAX = 3;
    private static final Duration HOLDER_ANSWER_MAX = Duration.ofMillis(1_500);

    private final Replicas replicas;
    private final Neighbours others;

    /**
     * Asks nobody yet.
     *
     * @param others where the other nodes are
     */
    public LockRequests(Replicas replicas, Neighbours others) {
        this.replicas = replicas;
        this.others = others;
    }

    /** What this node's replica says. */
    @FunctionalInterface
    private interface Question {
        Answer ask() throws InterruptedException;
    }

    RepairReply repair(RepairRequest request) {
        RepoId repo = new RepoId(request.getRepoId());
        RepairRequest handedOn = request.toBuilder().setHandedOn(true).build();
        return settle(repo, () -> replicas.repair(repo, request.getGeneration()),
            done -> RepairReply.newBuilder().setCommitted(Wire.toProto(done.committed()))
                .setGeneration(replicas.probe(repo).map(ProbeAnswer::generation).orElse(request.getGeneration()))
                .build(),
            request.getHandedOn() ? Optional.empty() : Optional.of(holder -> holder.repair(handedOn)));
    }

    SealReply seal(SealRequest request) {
        RepoId repo = new RepoId(request.getRepoId());
        List<Member> next = Wire.fromProto(request.getNextMembersList());
        SealRequest handedOn = request.toBuilder().setHandedOn(true).build();
        return settle(repo, () -> replicas.seal(repo, request.getGeneration(), next),
            done -> SealReply.newBuilder().setAt(Wire.toProto(done.committed())).build(),
            request.getHandedOn() ? Optional.empty() : Optional.of(holder -> holder.seal(handedOn)));
    }

    /**
     * Asks until there is an answer.
     *
     * @param elsewhere asks the lock's holder; empty: nobody else may be asked
     */
    private <T> T settle(RepoId repo, Question here, Function<Answer.Repaired, T> done,
                         Optional<Function<NodeControlBlockingStub, T>> elsewhere) {
        if (replicas.probe(repo).filter(probe -> probe.role() == Role.UNKNOWN).isPresent()) {
            throw Status.FAILED_PRECONDITION.withDescription("this node has no replica of " + repo)
                .asRuntimeException();
        }
        for (int i = 0; i < TRIES_MAX; i++) {
            switch (answer(here)) {
                case Answer.Repaired repaired -> {
                    return done.apply(repaired);
                }
                case Answer.HeldBy held -> {
                    if (elsewhere.isEmpty()) {
                        throw unavailable(held.holder().node() + " has the write lock");
                    }
                    Optional<T> reply = askHolder(held.holder(), elsewhere.get());
                    if (reply.isPresent()) {
                        return reply.get();
                    }
                    replicas.unreachable(repo, held.holder());
                }
                case Answer.Moved moved -> throw Status.FAILED_PRECONDITION.withDescription("generation "
                    + moved.generation() + " of " + repo + " is in force, and this node's role in it is "
                    + moved.role()).asRuntimeException();
                case Answer.Refused refused -> throw unavailable(refused.why());
                case Answer.Settled settled -> throw notAnAnswer(settled);
                case Answer.Serve serve -> throw notAnAnswer(serve);
                case Answer.Behind behind -> throw notAnAnswer(behind);
            }
        }
        throw unavailable("the write lock could not be had in time");
    }

    private static Answer answer(Question here) {
        try {
            return here.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("the node is stopping");
        }
    }

    /** Empty: it could not be reached, or could not do it. */
    private <T> Optional<T> askHolder(Member holder, Function<NodeControlBlockingStub, T> ask) {
        Optional<Channel> channel = others.channel(holder.node());
        if (channel.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ask.apply(NodeControlGrpc.newBlockingStub(channel.get())
                .withDeadlineAfter(HOLDER_ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    private static StatusRuntimeException unavailable(String why) {
        return Status.UNAVAILABLE.withDescription(why).asRuntimeException();
    }

    private static IllegalStateException notAnAnswer(Answer answer) {
        return new IllegalStateException("a repair or seal was answered with " + answer);
    }
}
