package dev.trine.server.replica;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** A channel to a node whose port is known later and changes; while it is cut, calls fail as if nobody listened. */
final class LateChannel extends Channel {
    /** Nobody listens there, so that a call that waits for a connection waits until its deadline. */
    private static final Channel NOWHERE =
        Grpc.newChannelBuilder("127.0.0.1:1", InsecureChannelCredentials.create()).build();

    private final Set<ClientCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
    private volatile Optional<Channel> behind = Optional.empty();
    private volatile boolean hung;

    void leadTo(Channel channel) {
        hung = false;
        behind = Optional.of(channel);
    }

    /** New calls are taken and never answered, before their deadline. */
    void hang() {
        hung = true;
    }

    /** New calls fail, running ones break. */
    void cut() {
        behind = Optional.empty();
        calls.forEach(call -> call.cancel("cut by the test", null));
        calls.clear();
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        Optional<Channel> open = behind;
        if (open.isEmpty()) {
            return new Refused<>();
        }
        if (hung) {
            return NOWHERE.newCall(method, options.withWaitForReady());
        }
        return new Breakable<>(open.get().newCall(method, options));
    }

    @Override
    public String authority() {
        return "node";
    }

    /** A call that is broken by a cut once it has started; gRPC does not allow it to be cancelled before. */
    private final class Breakable<Q, A> extends ForwardingClientCall.SimpleForwardingClientCall<Q, A> {
        private final ReentrantLock sending = new ReentrantLock();
        private boolean cut; // guarded by sending

        Breakable(ClientCall<Q, A> call) {
            super(call);
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            super.start(listener, headers);
            calls.add(this);
            if (behind.isEmpty()) {
                cancel("cut by the test", null);
            }
        }

        /** Whoever is about to send must not be told by an exception that the call was cut a moment before. */
        @Override
        public void sendMessage(Q message) {
            unlessCut(() -> super.sendMessage(message));
        }

        @Override
        public void halfClose() {
            unlessCut(super::halfClose);
        }

        @Override
        public void cancel(@org.jspecify.annotations.Nullable String message,
                           @org.jspecify.annotations.Nullable Throwable cause) {
            sending.lock();
            try {
                cut = true;
                super.cancel(message, cause);
            } finally {
                sending.unlock();
            }
        }

        private void unlessCut(Runnable send) {
            sending.lock();
            try {
                if (!cut) {
                    send.run();
                }
            } finally {
                sending.unlock();
            }
        }
    }

    private static final class Refused<Q, A> extends ClientCall<Q, A> {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
            listener.onClose(Status.UNAVAILABLE.withDescription("cut by the test"), new Metadata());
        }

        @Override
        public void request(int messages) {
            // no message will come
        }

        @Override
        public void cancel(@org.jspecify.annotations.Nullable String message,
                           @org.jspecify.annotations.Nullable Throwable cause) {
            // ended already
        }

        @Override
        public void halfClose() {
            // ended already
        }

        @Override
        public void sendMessage(Q message) {
            // ended already
        }
    }
}
