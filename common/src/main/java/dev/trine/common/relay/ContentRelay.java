package dev.trine.common.relay;

import dev.trine.common.audit.Audit;
import dev.trine.common.model.NodeId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.proto.ContentGrpc;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Carries files and archives from the nodes that the router names to clients, routed like fetches. A node that refuses,
 * or is not there, before it has said what becomes of the request is avoided and the router asked again, a bounded
 * number of times. Called by many threads; each call blocks until its exchange is over.
 */
public final class ContentRelay {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final RouterClient router;
    private final RpcChannels nodes;
    private final RelaySettings settings;
    private final Suspensions suspensions;
    private final Audit audit;

    /**
     * A relay to the nodes.
     *
     * @param audit is told of every exchange when it is over
     */
    public ContentRelay(RouterClient router, RpcChannels nodes, RelaySettings settings, Audit audit) {
        this.router = router;
        this.nodes = nodes;
        this.settings = settings;
        this.audit = audit;
        this.suspensions = new Suspensions(router::ended, settings.recheck());
    }

    /**
     * Serves one exchange. When its thread is interrupted it breaks the exchange off.
     *
     * @throws IOException the client went away
     */
    public Relayed relay(ContentExchange exchange, ContentEnd client) throws IOException {
        ContentWitness witness = new ContentWitness(exchange, client);
        try {
            Optional<String> refusal = audit.refusal();
            Relayed outcome = refusal.isPresent()
                ? new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, refusal.get())) : carry(exchange, witness);
            audit.record(witness.event(outcome));
            return outcome;
        } catch (IOException | RuntimeException e) {
            audit.record(witness.event(new Relayed.Broken(e instanceof IOException
                ? "the client went away, or the exchange was broken off" : "a defect of the proxy")));
            throw e;
        }
    }

    private Relayed carry(ContentExchange exchange, ContentWitness client) throws IOException {
        Set<NodeId> avoid = new LinkedHashSet<>();
        for (int attempt = 1;; attempt++) {
            switch (router.route(exchange.fetch(), avoid)) {
                case Routed.Refused refused -> {
                    return new Relayed.Refused(refused.why());
                }
                case Routed.Beyond beyond -> {
                    return new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, "files and archives are not served"
                        + " by URL while this repository is at upstream " + beyond.upstream().name()
                        + "; use git"));
                }
                case Routed.To to -> {
                    client.routed(to.route());
                    switch (attempt(exchange, client, to.route())) {
                        case ContentCall.End.Final end -> {
                            return end.outcome();
                        }
                        case ContentCall.End.TryAnother another -> {
                            if (attempt == settings.attemptsMax()) {
                                return new Relayed.Refused(another.why());
                            }
                        }
                    }
                    avoid.add(to.route().node());
                }
            }
            pause(attempt);
        }
    }

    private ContentCall.End attempt(ContentExchange exchange, ContentEnd client, Route route) throws IOException {
        ContentCall call = new ContentCall(ClientCalls.blockingV2ServerStreamingCall(nodes.to(route.address()),
            ContentGrpc.getReadContentMethod(), CallOptions.DEFAULT, exchange.open(route)), route, settings.idleMax());
        try {
            suspensions.begins(call, exchange.user());
            return call.run(client);
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            suspensions.ends(call);
        }
    }

    private static void pause(int attempt) throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE.multipliedBy(attempt));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("the exchange was broken off");
    }
}
