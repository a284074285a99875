package dev.trine.common.relay;

import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.bulk.BulkReceiver;
import dev.trine.common.bulk.BulkToken;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.OwnThread;
import dev.trine.common.model.PushId;
import dev.trine.proto.BulkOffer;
import dev.trine.proto.GitExit;
import dev.trine.proto.GitOpen;
import dev.trine.proto.GitResponse;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries one node's answer to the client, on the thread that relays, or while that waits. Used for one call. */
final class Downlink {
    /** Longest wait for the reason why bulk bytes are missing. */
    private static final Duration STATUS_MAX = Duration.ofSeconds(2);
    private static final int PORT_MAX = 65_535;
    /** What is moved in one turn. */
    private static final long TURN_BYTES = 1 << 20;

    private final NodeCall call;
    private final Route route;
    private final GitExchange exchange;
    private final PushId push;
    private final ClientEnd client;
    private final RelaySettings settings;
    private final BulkConnections bulk;
    private final FairTurns turns;
    private @Nullable BulkReceiver connection;
    private @Nullable OutputStream out;
    private Optional<GitExit> exit = Optional.empty();
    private long lastReceivedNanos = System.nanoTime();

    Downlink(NodeCall call, Route route, GitExchange exchange, PushId push, ClientEnd client,
             RelaySettings settings, BulkWays bulk) {
        this.bulk = bulk.connections();
        this.turns = bulk.turns();
        this.push = push;
        this.call = call;
        this.route = route;
        this.exchange = exchange;
        this.client = client;
        this.settings = settings;
    }

    /** How large answers come, and when they are moved. */
    record BulkWays(BulkConnections connections, FairTurns turns) {
    }

    /** How a call ended. */
    sealed interface End {
        /** The exchange is over. */
        record Final(Relayed outcome) implements End {
        }

        /**
         * The node refused, or was not there, before it had said anything to the client: another may serve.
         *
         * @param decided whether it said itself that it did nothing
         */
        record TryAnother(Refusal why, boolean decided) implements End {
        }
    }

    /** Copies until the call ends. */
    End run() throws IOException, InterruptedException {
        while (true) {
            Optional<NodeCall.Event> event = call.next(patience());
            if (event.isEmpty()) {
                if (patience().isPositive()) {
                    continue;
                }
                call.cancel("idle");
                return silent();
            }
            lastReceivedNanos = System.nanoTime();
            switch (event.get()) {
                case NodeCall.Event.Response response -> {
                    Optional<End> cut = take(response.message());
                    if (cut.isPresent()) {
                        return cut.get();
                    }
                }
                case NodeCall.Event.Ended end -> {
                    return ended(end.status());
                }
            }
        }
    }

    /** How much longer silence is borne: bytes that the client sends count as life, too. */
    private Duration patience() {
        boolean awaitsAdvertisement = out == null && exchange.framing() != GitOpen.Framing.STATELESS;
        Duration max = awaitsAdvertisement ? settings.nodeAnswerMax() : settings.idleMax();
        Duration silence = Duration.ofNanos(System.nanoTime() - lastReceivedNanos);
        Duration sent = call.sinceSent();
        return max.minus(sent.compareTo(silence) < 0 ? sent : silence);
    }

    /** Carries on what a message brings; not empty: it was the last one. */
    private Optional<End> take(GitResponse message) throws IOException, InterruptedException {
        switch (message.getKindCase()) {
            case DATA -> {
                message.getData().writeTo(accepted());
                if (call.isDrained()) {
                    accepted().flush();
                }
            }
            case ERROR -> {
                accepted();
                message.getError().writeTo(client.messages());
                client.messages().flush();
            }
            case EXIT -> {
                accepted().flush();
                exit = Optional.of(message.getExit());
            }
            case BULK_OFFER -> connect(message.getBulkOffer());
            case BULK_BEGIN -> {
                return OwnThread.run("bulk", this::copyBulk);
            }
            case KIND_NOT_SET -> {
                // a kind that a newer node knows: nothing that this client waits for
            }
        }
        return Optional.empty();
    }

    /** Where that does not succeed, the node goes on in the call. */
    private void connect(BulkOffer offer) {
        if (connection != null || offer.getToken().size() != BulkToken.BYTES || offer.getPort() < 1
            || offer.getPort() > PORT_MAX) {
            return; // no offer that this version understands
        }
        String host = offer.getHost().isEmpty() ? route.address().host() : offer.getHost();
        bulk.connect(route.address(), new HostPort(host, offer.getPort()), new BulkToken(offer.getToken()))
            .ifPresent(reached -> {
                connection = reached;
                call.cutWithCall(reached);
            });
    }

    /** A megabyte in each turn; between two of them others go first. */
    private Optional<End> copyBulk() throws IOException, InterruptedException {
        if (connection == null) {
            return Optional.of(cut(new IOException("it sends over a connection that there is not")));
        }
        OutputStream to = accepted();
        Bulk next;
        do {
            try (FairTurns.Turn turn = turns.take(exchange.lane())) {
                next = move(connection, to);
            }
        } while (next instanceof Bulk.More);
        return next instanceof Bulk.Broken broken ? Optional.of(broken.end()) : Optional.empty();
    }

    /** What is known after a turn. */
    private sealed interface Bulk {
        record More() implements Bulk {
        }

        record Whole() implements Bulk {
        }

        record Broken(End end) implements Bulk {
        }
    }

    private Bulk move(BulkReceiver from, OutputStream to) throws IOException, InterruptedException {
        long moved = 0;
        while (moved < TURN_BYTES) {
            BulkReceiver.Received received;
            try {
                received = from.next(patience());
            } catch (IOException e) {
                return new Bulk.Broken(cut(e));
            }
            switch (received) {
                case FRAME -> {
                    lastReceivedNanos = System.nanoTime();
                    to.write(from.content(), 0, from.length());
                    moved += from.length();
                    if (from.isLastForNow()) {
                        to.flush();
                    }
                }
                case END -> {
                    lastReceivedNanos = System.nanoTime();
                    from.close();
                    return new Bulk.Whole();
                }
                case NOTHING -> {
                    if (!patience().isPositive()) {
                        call.cancel("idle");
                        return new Bulk.Broken(silent());
                    }
                }
            }
        }
        return new Bulk.More();
    }

    /** Bytes are missing, whatever the call says; if it broke, it knows why. */
    private End cut(IOException why) throws InterruptedException {
        long until = System.nanoTime() + STATUS_MAX.toNanos();
        for (long left = STATUS_MAX.toNanos(); left > 0; left = until - System.nanoTime()) {
            Optional<NodeCall.Event> event = call.next(Duration.ofNanos(left));
            if (call.stopped().isPresent()) {
                return stopped(call.stopped().get());
            }
            if (event.isPresent() && event.get() instanceof NodeCall.Event.Ended end && !end.status().isOk()) {
                return new End.Final(new Relayed.Broken(exchange.told(brokenOff(end.status()), push)));
            }
        }
        String sentence = "node " + route.node() + " broke off: " + why.getMessage() + "; try again";
        return new End.Final(new Relayed.Broken(exchange.told(sentence, push)));
    }

    private OutputStream accepted() throws IOException {
        if (out == null) {
            out = client.accept(route);
        }
        return out;
    }

    private End silent() {
        String why = "node " + route.node() + " does not answer; try again";
        return out == null ? new End.TryAnother(new Refusal(Refusal.Kind.UNAVAILABLE, why), false)
            : new End.Final(new Relayed.Broken(exchange.told(why, push)));
    }

    private End ended(Status status) throws IOException {
        if (out != null) {
            out.flush();
        }
        if (call.stopped().isPresent()) {
            return stopped(call.stopped().get());
        }
        if (status.isOk() && exit.isPresent()) {
            return new End.Final(new Relayed.Served(exit.get().getCode(),
                exit.filter(GitExit::hasDeed).map(GitExit::getDeed)));
        }
        if (out != null) {
            return new End.Final(new Relayed.Broken(exchange.told(brokenOff(status), push)));
        }
        boolean decided = status.getDescription() != null;
        if (exchange.pushes() && !decided) {
            return new End.TryAnother(new Refusal(Refusal.Kind.UNAVAILABLE, sentence(status)), false);
        }
        return switch (status.getCode()) {
            case FAILED_PRECONDITION, UNAVAILABLE -> new End.TryAnother(
                new Refusal(Refusal.Kind.UNAVAILABLE, sentence(status)), decided);
            case RESOURCE_EXHAUSTED -> refused(Refusal.Kind.OVER_LIMIT, status);
            case INVALID_ARGUMENT -> refused(Refusal.Kind.MALFORMED, status);
            default -> refused(Refusal.Kind.UNAVAILABLE, status);
        };
    }

    private End stopped(String why) {
        return new End.Final(out == null ? new Relayed.Refused(new Refusal(Refusal.Kind.DENIED, why))
            : new Relayed.Broken(exchange.told(why, push)));
    }

    private End refused(Refusal.Kind kind, Status status) {
        return new End.Final(new Relayed.Refused(new Refusal(kind, sentence(status))));
    }

    private String brokenOff(Status status) {
        String said = status.getDescription();
        return said == null || status.isOk() ? sentence(status) : "node " + route.node() + " broke off: " + said;
    }

    private String sentence(Status status) {
        if (status.isOk()) {
            return "node " + route.node() + " ended without an exit status; try again";
        }
        return status.getDescription() == null ? "node " + route.node() + " cannot be reached; try again"
            : status.getDescription();
    }
}
