package dev.trine.router.rpc;

import com.google.protobuf.MessageLite;
import dev.trine.common.rpc.RpcServer;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.MetadataAwayException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** Outcomes to gRPC: the one place where a refusal becomes a status. */
final class Replies {
    private Replies() {
    }

    /** Something that answers a call. */
    interface Work<T> {
        Answer<T> run() throws InterruptedException;
    }

    /** Does the work and sends what comes of it. */
    static <T> void reply(StreamObserver<T> to, Work<T> work) {
        try {
            switch (work.run()) {
                case Answer.Given<T> given -> {
                    to.onNext(given.value());
                    to.onCompleted();
                }
                case Answer.Refused<T> refused -> to.onError(toStatus(refused.why()).asRuntimeException());
            }
        } catch (MetadataAwayException away) {
            to.onError(away(away).asRuntimeException());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            to.onError(Status.UNAVAILABLE.withDescription("the router is stopping; try again").asRuntimeException());
        }
    }

    /** A list that a caller can take in one message, or how he gets a shorter one. */
    static <T extends MessageLite> Answer<T> sendable(T list) {
        return list.getSerializedSize() <= RpcServer.MESSAGE_BYTES_MAX ? Answer.of(list)
            : Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, "the list has more than "
                + (RpcServer.MESSAGE_BYTES_MAX >> 20) + " MiB, the most that one answer may have; name a user or a"
                + " path"));
    }

    static Status away(MetadataAwayException away) {
        return Status.UNAVAILABLE.withDescription(away.getMessage());
    }

    static Status toStatus(Refusal refusal) {
        Status status = switch (refusal.reason()) {
            case NOT_FOUND -> Status.NOT_FOUND;
            case FORBIDDEN -> Status.PERMISSION_DENIED;
            case TAKEN -> Status.ALREADY_EXISTS;
            case MALFORMED -> Status.INVALID_ARGUMENT;
            case WRONG_STATE -> Status.FAILED_PRECONDITION;
            case AWAY -> Status.UNAVAILABLE;
        };
        return status.withDescription(refusal.text());
    }
}
