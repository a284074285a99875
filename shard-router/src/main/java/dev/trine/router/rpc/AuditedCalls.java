package dev.trine.router.rpc;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditActor;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditResult;
import dev.trine.proto.Access;
import dev.trine.proto.AdminOuterClass;
import dev.trine.proto.Options;
import dev.trine.proto.UpstreamsOuterClass;
import dev.trine.router.directory.Bearer;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells the audit of every call of the administration service that changes something, and of every one that is refused
 * to its caller. Stands before {@link BearerTokens}, which says who calls.
 */
public final class AuditedCalls implements ServerInterceptor {
    private static final Context.Key<Caller> CALLER = Context.key("audited caller");
    private static final Set<Status.Code> DENIALS = Set.of(Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);
    private static final Set<String> MUTATORS = Stream
        .of(AdminOuterClass.getDescriptor(), UpstreamsOuterClass.getDescriptor())
        .flatMap(file -> file.getServices().stream()).flatMap(service -> service.getMethods().stream())
        .filter(method -> method.getOptions().getExtension(Options.access) == Access.MUTATOR)
        .map(MethodDescriptor::getName).collect(Collectors.toSet());

    private final Audit audit;

    public AuditedCalls(Audit audit) {
        this.audit = audit;
    }

    /** Who makes a call; found out after it has begun. */
    private static final class Caller {
        private volatile Optional<Bearer> bearer = Optional.empty();
    }

    /** Says whose call this thread serves. */
    static void calls(Bearer bearer) {
        Caller caller = CALLER.get();
        if (caller != null) {
            caller.bearer = Optional.of(bearer);
        }
    }

    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(ServerCall<Q, S> call, Metadata headers,
                                                       ServerCallHandler<Q, S> next) {
        Caller caller = new Caller();
        AuditedCall<Q, S> audited = new AuditedCall<>(call, caller);
        Optional<String> refusal = audited.changes ? audit.refusal() : Optional.empty();
        if (refusal.isPresent()) {
            audited.close(Status.UNAVAILABLE.withDescription(refusal.get()), new Metadata());
            return new ServerCall.Listener<>() { };
        }
        return audited.watching(Contexts.interceptCall(Context.current().withValue(CALLER, caller), audited, headers,
            next));
    }

    private final class AuditedCall<Q, S> extends SimpleForwardingServerCall<Q, S> {
        private final Caller caller;
        private final String name;
        private final boolean changes;
        private final AtomicBoolean told = new AtomicBoolean();
        private volatile @Nullable Message request;
        private volatile @Nullable Message reply;

        AuditedCall(ServerCall<Q, S> call, Caller caller) {
            super(call);
            this.caller = caller;
            this.name = String.valueOf(call.getMethodDescriptor().getBareMethodName());
            this.changes = MUTATORS.contains(name);
        }

        ServerCall.Listener<Q> watching(ServerCall.Listener<Q> listener) {
            return new SimpleForwardingServerCallListener<>(listener) {
                @Override
                public void onMessage(Q message) {
                    request = message instanceof Message known ? known : null;
                    tellOfFailure(() -> super.onMessage(message));
                }

                @Override
                public void onHalfClose() {
                    tellOfFailure(super::onHalfClose);
                }

                @Override
                public void onCancel() {
                    super.onCancel();
                    tell(Status.CANCELLED.withDescription("the caller went away before the answer"));
                }
            };
        }

        /** What escapes is turned into a status by who called us. */
        private void tellOfFailure(Runnable work) {
            try {
                work.run();
            } catch (StatusRuntimeException e) {
                tell(e.getStatus());
                throw e;
            } catch (IllegalArgumentException e) {
                tell(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
                throw e;
            } catch (RuntimeException e) {
                tell(Status.INTERNAL.withDescription("a defect of the router"));
                throw e;
            }
        }

        @Override
        public void sendMessage(S message) {
            reply = message instanceof Message known ? known : null;
            super.sendMessage(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            tell(status);
            super.close(status, trailers);
        }

        private void tell(Status status) {
            if ((changes || DENIALS.contains(status.getCode())) && told.compareAndSet(false, true)) {
                audit.record(event(status));
            }
        }

        private AuditEvent event(Status status) {
            AuditResult result = status.isOk() ? AuditResult.OK
                : status.getCode() == Status.Code.CANCELLED || status.getCode() == Status.Code.INTERNAL
                ? AuditResult.BROKEN : AuditResult.REFUSED;
            String why = status.isOk() ? "" : status.getCode() + ": " + status.getDescription();
            AuditEvent event = new AuditEvent(AuditAction.ADMIN, result, actor()).because(why);
            Message asked = request;
            return asked == null ? event.with(Map.of("call", name))
                : AuditedRequest.describe(event, name, asked, Optional.ofNullable(reply));
        }

        private AuditActor actor() {
            SocketAddress from = getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
            String client = from == null ? "" : from.toString();
            return caller.bearer.map(bearer -> new AuditActor(bearer.name(), bearer.credential().user().orElse(0),
                bearer.credential().name(), client, "api")).orElseGet(() -> AuditActor.unknown(client, "api"));
        }
    }
}
