package dev.trine.server.replica;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.wire.Wire;
import dev.trine.proto.PushResult;
import dev.trine.proto.PushResult.Outcome;
import dev.trine.proto.RefRejection.Reason;
import java.util.Optional;

/** Translates push outcomes to the wire and back; what is malformed throws IllegalArgumentException. */
final class PushResults {
    private static final int NODES_MAX = 3;
    private static final int MESSAGE_CHARS_MAX = 4096;

    private PushResults() {
    }

    static PushResult toProto(PushOutcome outcome) {
        PushResult.Builder proto = PushResult.newBuilder();
        switch (outcome) {
            case PushOutcome.Committed committed -> {
                proto.setOutcome(Outcome.COMMITTED).setAt(Wire.toProto(committed.at()));
                committed.nodes().forEach(node -> proto.addNodes(node.value()));
                committed.receipt().ifPresent(receipt -> proto.setReceipt(Wire.toProto(receipt)));
            }
            case PushOutcome.Rejected rejected -> {
                proto.setOutcome(Outcome.REJECTED).setAt(Wire.toProto(rejected.at()));
                rejected.rejections().forEach(rejection -> proto.addRejections(toProto(rejection)));
            }
            case PushOutcome.NotApplied not -> proto.setOutcome(Outcome.NOT_APPLIED).setMessage(not.why());
            case PushOutcome.Indeterminate open -> proto.setOutcome(Outcome.INDETERMINATE).setMessage(open.why());
            case PushOutcome.Refused refused -> proto.setOutcome(Outcome.REFUSED).setMessage(refused.why());
        }
        return proto.build();
    }

    static PushOutcome fromProto(PushResult proto) {
        LogEntries.bounded(proto.getNodesCount(), NODES_MAX, "nodes");
        LogEntries.bounded(proto.getRejectionsCount(), LogEntries.UPDATES_MAX, "rejections of one push");
        LogEntries.bounded(proto.getMessage().length(), MESSAGE_CHARS_MAX, "characters of a message");
        return switch (proto.getOutcome()) {
            case COMMITTED -> new PushOutcome.Committed(Wire.fromProto(proto.getAt()),
                proto.getNodesList().stream().map(NodeId::new).toList(),
                proto.hasReceipt() ? Optional.of(Wire.fromProto(proto.getReceipt())) : Optional.empty());
            case REJECTED -> new PushOutcome.Rejected(Wire.fromProto(proto.getAt()),
                proto.getRejectionsList().stream().map(PushResults::fromProto).toList());
            case NOT_APPLIED -> new PushOutcome.NotApplied(proto.getMessage());
            case INDETERMINATE -> new PushOutcome.Indeterminate(proto.getMessage());
            case REFUSED -> new PushOutcome.Refused(proto.getMessage());
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a push outcome that this version does not know");
        };
    }

    private static dev.trine.proto.RefRejection toProto(RefRejection rejection) {
        Reason reason = switch (rejection.reason()) {
            case STALE_OLD_VALUE -> Reason.STALE_OLD_VALUE;
            case NAME_CONFLICT -> Reason.NAME_CONFLICT;
            case TRANSACTION_ABORTED -> Reason.TRANSACTION_ABORTED;
        };
        return dev.trine.proto.RefRejection.newBuilder().setName(rejection.name().value()).setReason(reason).build();
    }

    private static RefRejection fromProto(dev.trine.proto.RefRejection rejection) {
        RefRejection.Reason reason = switch (rejection.getReason()) {
            case STALE_OLD_VALUE -> RefRejection.Reason.STALE_OLD_VALUE;
            case NAME_CONFLICT -> RefRejection.Reason.NAME_CONFLICT;
            case TRANSACTION_ABORTED -> RefRejection.Reason.TRANSACTION_ABORTED;
            case ILLEGAL_NAME, REASON_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a reason for a rejection that this version does not know");
        };
        return new RefRejection(new RefName(rejection.getName()), reason);
    }
}
