package dev.trine.common.relay;

import dev.trine.common.audit.Audit;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.proto.ContentGrpc;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.util.Optional;

/**
 * Carries files and archives from the nodes that the router names to clients, routed like fetches. A node that refuses,
 * or is not there, before it has said what becomes of the request is avoided and the router asked again, a bounded
 * number of times. Called by many threads; each call blocks until its exchange is over.
 */
public final class ContentRelay {
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
        try {
            Relayed outcome = new Attempts(router, settings.attemptsMax()).run(exchange.fetch(),
                route -> attempt(exchange, client, route));
            return outcome instanceof Relayed.Beyond beyond ? new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE,
                "files and archives are not served by URL while this repository is at upstream "
                    + beyond.upstream().name() + "; use git")) : outcome;
        } catch (InterruptedException e) {
            throw Attempts.brokenOff();
        }
    }

    private Attempts.End attempt(ContentExchange exchange, ContentWitness client, Route route)
        throws IOException, InterruptedException {
        client.routed(route);
        ContentCall call = new ContentCall(ClientCalls.blockingV2ServerStreamingCall(nodes.to(route.address()),
            ContentGrpc.getReadContentMethod(), CallOptions.DEFAULT, exchange.open(route)), route, settings.idleMax());
        try {
            suspensions.begins(call, exchange.user());
            return call.run(client);
        } finally {
            suspensions.ends(call);
        }
    }
}
