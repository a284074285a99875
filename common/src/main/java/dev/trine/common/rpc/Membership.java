package dev.trine.common.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Admits calls of services of this cluster only: those that send its secret, or whose TLS certificate its CA signed.
 * The same object serves both ends.
 */
final class Membership implements ServerInterceptor, ClientInterceptor {
    private static final Metadata.Key<String> SECRET =
        Metadata.Key.of("trine-secret", Metadata.ASCII_STRING_MARSHALLER);

    private final Optional<String> secret;

    /** With a secret: calls must carry it. Without: the caller must have shown a certificate. */
    Membership(Optional<String> secret) {
        this.secret = secret;
    }

    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(ServerCall<Q, S> call, Metadata headers,
                                                       ServerCallHandler<Q, S> next) {
        if (isMember(call, headers)) {
            return next.startCall(call, headers);
        }
        call.close(Status.UNAUTHENTICATED.withDescription("the caller is no member of this cluster"), new Metadata());
        return new ServerCall.Listener<>() { };
    }

    @Override
    public <Q, S> ClientCall<Q, S> interceptCall(MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
        return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<S> listener, Metadata headers) {
                secret.ifPresent(value -> headers.put(SECRET, value));
                super.start(listener, headers);
            }
        };
    }

    private boolean isMember(ServerCall<?, ?> call, Metadata headers) {
        if (secret.isEmpty()) {
            return showsCertificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        }
        String presented = headers.get(SECRET);
        return presented != null && MessageDigest.isEqual(presented.getBytes(StandardCharsets.UTF_8),
            secret.get().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean showsCertificate(@Nullable SSLSession session) {
        try {
            return session != null && session.getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }
}
