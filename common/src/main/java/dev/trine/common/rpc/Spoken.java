package dev.trine.common.rpc;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Marks how a call ends as said by a service of ours. What ends a call without the mark is gRPC's own finding, for
 * example that the connection broke, and its text is not for users.
 */
public final class Spoken implements ServerInterceptor {
    private static final Metadata.Key<String> MARK =
        Metadata.Key.of("trine-spoken", Metadata.ASCII_STRING_MARSHALLER);

    Spoken() {
    }

    /** The status of a failed call, with a description only if it is the service's own. */
    public static Status statusOf(Throwable failure) {
        Metadata trailers = Status.trailersFromThrowable(failure);
        Status status = Status.fromThrowable(failure);
        return trailers != null && trailers.containsKey(MARK) ? status : status.withDescription(null);
    }

    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(ServerCall<Q, S> call, Metadata headers,
                                                       ServerCallHandler<Q, S> next) {
        return next.startCall(new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                trailers.put(MARK, "1");
                super.close(status, trailers);
            }
        }, headers);
    }
}
