package dev.trine.router.authorizer;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.text.Printable;
import dev.trine.proto.AuthorizerGrpc;
import dev.trine.proto.CheckReply;
import dev.trine.proto.CheckRequest;
import io.grpc.ChannelCredentials;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelRegistry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Asks the external authorizer: so many questions at once, each for so long. Any thread. */
final class AuthorizerCalls implements AutoCloseable {
    private static final int REPLY_BYTES_MAX = 64 * 1024;
    private static final int REASON_CHARS_MAX = 300;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final AuthorizerConfig config;
    private final ManagedChannel channel;
    private final AuthorizerGrpc.AuthorizerBlockingStub authorizer;
    private final Semaphore calls;

    /**
     * Connects with the first question.
     *
     * @throws StartException if the TLS files cannot be read
     */
    AuthorizerCalls(AuthorizerConfig config) throws StartException {
        this.config = config;
        this.channel = channel(config);
        this.authorizer = AuthorizerGrpc.newBlockingStub(channel);
        this.calls = new Semaphore(config.callsMax());
    }

    private static ManagedChannel channel(AuthorizerConfig config) throws StartException {
        try {
            return Grpc.newChannelBuilder(config.address().toString(), credentials(config.tls()))
                .maxInboundMessageSize(REPLY_BYTES_MAX).keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS).build();
        } catch (IOException | ManagedChannelRegistry.ProviderNotFoundException e) {
            throw new StartException("authorizer.tls: a file cannot be read, or is not in PEM format: "
                + e.getMessage(), e);
        }
    }

    private static ChannelCredentials credentials(Optional<AuthorizerConfig.Tls> tls) throws IOException {
        if (tls.isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder builder =
            TlsChannelCredentials.newBuilder().trustManager(tls.get().authority().toFile());
        if (tls.get().certificate().isPresent()) {
            builder.keyManager(tls.get().certificate().get().toFile(), tls.get().key().orElseThrow().toFile());
        }
        return builder.build();
    }

    /** Asks, and waits at most twice the timeout: for its turn, and for the answer. */
    Reply ask(Question question) {
        long nanos = config.timeout().toNanos();
        try {
            if (!calls.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                return new Reply.Failed(config.callsMax() + " questions wait for it already (authorizer.calls-max)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Failed("the router is stopping");
        }
        Context asking = Context.ROOT.attach(); // others may wait for this answer: it does not end with who asked first
        try {
            return fromProto(authorizer.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS).check(toProto(question)));
        } catch (StatusRuntimeException e) {
            channel.resetConnectBackoff(); // the next question finds out at once whether it is back
            return new Reply.Failed(failure(e.getStatus()));
        } finally {
            Context.ROOT.detach(asking);
            calls.release();
        }
    }

    private String failure(Status status) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "no answer within " + config.timeout().toMillis() + " ms (authorizer.timeout)";
        }
        if (status.getCause() instanceof SSLException) {
            return "its certificate is not one that authorizer.tls.authority vouches for under this name";
        }
        return status.getCode() + (status.getDescription() == null ? ""
            : " " + Printable.line(status.getDescription(), REASON_CHARS_MAX));
    }

    private static CheckRequest toProto(Question question) {
        return CheckRequest.newBuilder().setUser(question.asker().user()).setCredential(question.asker().credential())
            .setAddress(question.asker().address()).setPath(question.path().value())
            .setOperation(switch (question.act()) {
                case READ -> CheckRequest.Operation.READ;
                case WRITE -> CheckRequest.Operation.WRITE;
                case ADMIN -> CheckRequest.Operation.ADMIN;
            }).build();
    }

    private Reply fromProto(CheckReply reply) {
        Duration asked = Duration.ofSeconds(Integer.toUnsignedLong(reply.getCacheSeconds()));
        Duration holdsFor = asked.compareTo(config.cacheForMax()) < 0 ? asked : config.cacheForMax();
        return switch (reply.getDecision()) {
            case ALLOW -> new Reply.Decided(true, "", holdsFor);
            case DENY -> new Reply.Decided(false, Printable.line(reply.getReason(), REASON_CHARS_MAX), holdsFor);
            case DECISION_UNSPECIFIED, UNRECOGNIZED -> new Reply.Failed("its reply holds no decision");
        };
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
