package dev.trine.common.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets a call to a server that was away start a new connection at once, at most every {@link #RETRY_MILLIS}: gRPC's own
 * back-off grows to two minutes, and a node that returns must be seen sooner.
 */
final class EagerReconnect implements ClientInterceptor {
    private static final int RETRY_MILLIS = 200;

    private final ManagedChannel channel;
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

    EagerReconnect(ManagedChannel channel) {
        this.channel = channel;
    }

    @Override
    public <Q, S> ClientCall<Q, S> interceptCall(MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
        long now = System.nanoTime();
        long last = lastNanos.get();
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE
            && now - last > TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS) && lastNanos.compareAndSet(last, now)) {
            channel.resetConnectBackoff();
        }
        return next.newCall(method, options);
    }
}
