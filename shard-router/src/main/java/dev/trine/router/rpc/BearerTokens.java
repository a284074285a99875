package dev.trine.router.rpc;

import dev.trine.router.directory.Bearer;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.TokenSecret;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Admits calls that carry a working token as "authorization: Bearer …", and tells the service whose it is. */
public final class BearerTokens implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<Access> CALLER = Context.key("caller");
    private static final String SCHEME = "Bearer ";

    private final Directory directory;

    public BearerTokens(Directory directory) {
        this.directory = directory;
    }

    /** Who makes the call that this thread serves. */
    static Access caller() {
        Access caller = CALLER.get();
        if (caller == null) {
            throw new IllegalStateException("a call got past the check of its token");
        }
        return caller;
    }

    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(ServerCall<Q, S> call, Metadata headers,
                                                       ServerCallHandler<Q, S> next) {
        Status refusal;
        try {
            Optional<Bearer> bearer = identify(headers.get(AUTHORIZATION));
            bearer.ifPresent(AuditedCalls::calls);
            Optional<Access> caller = bearer.filter(known -> known.credential().api()).flatMap(Bearer::user);
            if (caller.isPresent()) {
                return Contexts.interceptCall(Context.current().withValue(CALLER, caller.get()), call, headers, next);
            }
            refusal = bearer.isPresent() ? Status.PERMISSION_DENIED.withDescription(
                    "the access token is for Git only; use one that was made with --api, or without limits")
                : Status.UNAUTHENTICATED.withDescription(
                    "a working access token is needed; make one with 'trine token create'");
        } catch (MetadataAwayException away) {
            refusal = Replies.away(away);
        }
        call.close(refusal, new Metadata());
        return new ServerCall.Listener<>() { };
    }

    private Optional<Bearer> identify(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        return TokenSecret.parse(authorization.substring(SCHEME.length()).strip()).flatMap(directory::identify);
    }
}
