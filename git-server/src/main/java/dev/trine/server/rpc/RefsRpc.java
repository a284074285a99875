package dev.trine.server.rpc;

import com.google.protobuf.ByteString;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.RefChange;
import dev.trine.proto.RefLimit;
import dev.trine.proto.RefsGrpc;
import dev.trine.proto.RefsUpdate;
import dev.trine.proto.RefsUpdate.Outcome;
import dev.trine.proto.RejectedRef;
import dev.trine.proto.UpdateRefsRequest;
import dev.trine.server.admission.Claimant;
import dev.trine.server.hosting.Lane;
import dev.trine.server.receive.PushToken;
import dev.trine.server.receive.RefUpdates;
import dev.trine.server.receive.RefUpdatesCall;
import dev.trine.server.receive.RefUpdatesOutcome;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The Refs service. Each call runs on a thread of its own, and counts among the node's Git calls. */
public final class RefsRpc extends RefsGrpc.RefsImplBase {
    private final RefUpdates updates;
    private final Admission admission;

    public RefsRpc(RefUpdates updates, Admission admission) {
        this.updates = updates;
        this.admission = admission;
    }

    @Override
    public void updateRefs(UpdateRefsRequest request, StreamObserver<RefsUpdate> reply) {
        RefUpdatesCall call = fromProto(request);
        Claimant who = new Claimant(call.repo(), new Lane(Lane.Kind.PEOPLE, call.user()), "");
        Optional<Status> full = admission.enter(who);
        if (full.isPresent()) {
            reply.onError(full.get().asRuntimeException());
            return;
        }
        try {
            RefUpdatesOutcome outcome = updates.update(call);
            if (outcome instanceof RefUpdatesOutcome.NotServed not) {
                reply.onError(RefusalStatus.of(not.why()).asRuntimeException());
            } else {
                reply.onNext(toProto(outcome).setPushId(call.id().value()).build());
                reply.onCompleted();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("changes of refs of repository " + call.repo(), e);
        } finally {
            admission.leave(who);
        }
    }

    private static RefUpdatesCall fromProto(UpdateRefsRequest request) {
        return new RefUpdatesCall(new RepoId(request.getRepoId()), Wire.fromProto(request.getReadPoint()),
            request.getChangesList().stream().map(RefsRpc::fromProto).toList(), new PushToken(request.getToken()),
            Wire.user(request.getUser()), request.getFirst(), limits(request.getRefLimitsList()));
    }

    /** What the caller may not do with some refs. */
    static RefLimits limits(List<RefLimit> limits) {
        return new RefLimits(limits.stream().map(limit -> new RefLimits.Limit(limit.getPattern(), limit.getPush(),
            limit.getForce(), limit.getDelete())).toList());
    }

    private static RefUpdate fromProto(RefChange change) {
        return new RefUpdate(new RefName(change.getName()), id(change.getOldId()), id(change.getNewId()));
    }

    private static Optional<RefValue> id(ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(new RefValue.Direct(Wire.objectName(bytes)));
    }

    private static RefsUpdate.Builder toProto(RefUpdatesOutcome outcome) {
        RefsUpdate.Builder proto = RefsUpdate.newBuilder();
        return switch (outcome) {
            case RefUpdatesOutcome.Committed committed -> {
                committed.receipt().map(Wire::toProto).ifPresent(proto::setReceipt);
                yield proto.setOutcome(Outcome.COMMITTED).setAt(Wire.toProto(committed.at()))
                    .addAllNodes(committed.nodes().stream().map(NodeId::value).toList())
                    .setBefore(committed.before());
            }
            case RefUpdatesOutcome.Rejected rejected -> {
                rejected.reasons().forEach((name, reason) -> proto.addRejections(
                    RejectedRef.newBuilder().setName(name.value()).setReason(reason)));
                yield proto.setOutcome(Outcome.REJECTED).setAt(Wire.toProto(rejected.at()))
                    .setMessage(rejected.remarks());
            }
            case RefUpdatesOutcome.NotApplied none ->
                proto.setOutcome(Outcome.NOT_APPLIED).setMessage(none.why());
            case RefUpdatesOutcome.Refused refused ->
                proto.setOutcome(Outcome.REFUSED).setMessage(refused.why());
            case RefUpdatesOutcome.Unknown unknown -> proto.setOutcome(Outcome.UNKNOWN)
                .setAt(Wire.toProto(unknown.comparedWith())).setMessage(unknown.why());
            case RefUpdatesOutcome.NotServed not ->
                throw new IllegalStateException("not served is a status, no outcome: " + not);
        };
    }
}
