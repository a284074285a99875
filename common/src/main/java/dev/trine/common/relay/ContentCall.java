package dev.trine.common.relay;

import dev.trine.common.lifecycle.OwnThread;
import dev.trine.common.relay.Attempts.End;
import dev.trine.common.rpc.Spoken;
import dev.trine.proto.ContentPart;
import dev.trine.proto.ContentRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One node's answer to a request for content, carried to the client by one thread at a time. Used once. */
final class ContentCall implements Stoppable {
    /** More than this is moved in a thread of its own: by then it hardly ever waits. */
    private static final long LARGE_BYTES = 1 << 20;

    private final BlockingClientCall<ContentRequest, ContentPart> call;
    private final Route route;
    private final Duration idleMax;
    private volatile @Nullable String stopped;
    private @Nullable OutputStream out;

    ContentCall(BlockingClientCall<ContentRequest, ContentPart> call, Route route, Duration idleMax) {
        this.call = call;
        this.route = route;
        this.idleMax = idleMax;
    }

    /** Copies until the call ends. */
    End run(ContentEnd client) throws IOException, InterruptedException {
        try {
            Optional<End> end = copy(client, LARGE_BYTES);
            return end.isPresent() ? end.get()
                : OwnThread.run("content", () -> copy(client, Long.MAX_VALUE)).orElseThrow();
        } finally {
            call.cancel("the exchange is over", null);
        }
    }

    /** Copies until the call ends, or about so many bytes have passed; not empty: it has ended. */
    private Optional<End> copy(ContentEnd client, long bytesMax) throws IOException, InterruptedException {
        try {
            long passed = 0;
            while (passed < bytesMax) {
                Optional<ContentPart> part = next();
                if (part.isEmpty()) {
                    return Optional.of(ended(Status.OK));
                }
                passed += part.get().getData().size();
                Optional<End> end = take(part.get(), client);
                if (end.isPresent()) {
                    return end;
                }
            }
            return Optional.empty();
        } catch (StatusException e) {
            return Optional.of(ended(Spoken.statusOf(e)));
        } catch (TimeoutException e) {
            return Optional.of(silent());
        }
    }

    private Optional<End> take(ContentPart part, ContentEnd client) throws IOException {
        switch (part.getKindCase()) {
            case HEAD -> {
                if (out == null) {
                    out = client.accept(part.getHead(), route);
                }
            }
            case DATA -> {
                if (out == null) {
                    return Optional.of(ended(Status.INTERNAL.withDescription("node " + route.node()
                        + " sends bytes without a head")));
                }
                part.getData().writeTo(out);
            }
            case KIND_NOT_SET -> {
                // a kind that a newer node knows: nothing that this client waits for
            }
        }
        return Optional.empty();
    }

    private Optional<ContentPart> next() throws StatusException, InterruptedException, TimeoutException {
        return Optional.ofNullable(call.read(idleMax.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void stop(String sentence) {
        stopped = sentence;
        call.cancel(sentence, null);
    }

    private End silent() {
        String why = "node " + route.node() + " does not answer; try again";
        return out == null ? new End.TryAnother(new Refusal(Refusal.Kind.UNAVAILABLE, why))
            : new End.Final(new Relayed.Broken(why));
    }

    private End ended(Status status) {
        String why = stopped == null ? sentence(status) : stopped;
        if (out != null) {
            return new End.Final(status.isOk() && stopped == null ? new Relayed.Served(0) : new Relayed.Broken(why));
        }
        if (stopped != null) {
            return refused(Refusal.Kind.DENIED, why);
        }
        return switch (status.getCode()) {
            case FAILED_PRECONDITION, UNAVAILABLE, UNIMPLEMENTED ->
                new End.TryAnother(new Refusal(Refusal.Kind.UNAVAILABLE, why));
            case RESOURCE_EXHAUSTED -> refused(Refusal.Kind.OVER_LIMIT, why);
            case INVALID_ARGUMENT -> refused(Refusal.Kind.MALFORMED, why);
            default -> refused(Refusal.Kind.UNAVAILABLE, why);
        };
    }

    private static End refused(Refusal.Kind kind, String why) {
        return new End.Final(new Relayed.Refused(new Refusal(kind, why)));
    }

    private String sentence(Status status) {
        if (status.isOk()) {
            return "node " + route.node() + " ended without an answer; try again";
        }
        return status.getDescription() == null ? "node " + route.node() + " cannot be reached; try again"
            : status.getDescription();
    }
}
