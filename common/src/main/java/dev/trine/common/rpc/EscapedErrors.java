package dev.trine.common.rpc;

import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what escapes a handler into a status: a status stays itself, an IllegalArgumentException is the caller's
 * malformed message, everything else a defect that is logged here, once.
 */
final class EscapedErrors implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(EscapedErrors.class);

    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(ServerCall<Q, S> call, Metadata headers,
                                                       ServerCallHandler<Q, S> next) {
        return new Guarded<>(call, next.startCall(call, headers));
    }

    private static Status toStatus(RuntimeException escaped, String method) {
        return switch (escaped) {
            case StatusRuntimeException status -> status.getStatus();
            case IllegalArgumentException malformed -> Status.INVALID_ARGUMENT.withDescription(malformed.getMessage());
            default -> {
                if (escaped.getCause() instanceof StatusException status) {
                    yield status.getStatus();
                }
                LOG.atError().addKeyValue("method", method).setCause(escaped).log("call failed");
                yield Status.INTERNAL.withDescription("a defect in " + method + "; the server's log has it");
            }
        };
    }

    private static final class Guarded<Q, S>
        extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, S> call;
        private boolean failed;

        Guarded(ServerCall<Q, S> call, ServerCall.Listener<Q> handler) {
            super(handler);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guard(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guard(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guard(super::onReady);
        }

        private void guard(Runnable handler) {
            if (failed) {
                return;
            }
            try {
                handler.run();
            } catch (RuntimeException escaped) {
                failed = true;
                call.close(toStatus(escaped, call.getMethodDescriptor().getFullMethodName()), new Metadata());
            }
        }
    }
}
