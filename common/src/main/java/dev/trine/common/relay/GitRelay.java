package dev.trine.common.relay;

import dev.trine.common.audit.Audit;
import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.bulk.MovingTurns;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.PushId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import dev.trine.proto.GitTransportGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Carries exchanges of the pack protocol between clients and the nodes that the router names. A node that refuses, or
 * is not there, before it has said anything is avoided and the router asked again, a bounded number of times; what the
 * client had sent until then is sent again. Called by many threads; each call blocks until its exchange is over.
 */
public final class GitRelay {
    /** What part of the heap is for bytes that might have to be sent a second time. */
    private static final int REPLAY_SHARE = 8;
    private static final MethodDescriptor<GitRequest, GitResponse> UPLOAD_PACK =
        UncopiedResponses.of(GitTransportGrpc.getUploadPackMethod());
    private static final MethodDescriptor<GitRequest, GitResponse> RECEIVE_PACK =
        UncopiedResponses.of(GitTransportGrpc.getReceivePackMethod());
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final RouterClient router;
    private final RpcChannels nodes;
    private final BulkConnections bulk;
    private final Downlink.BulkWays ways;
    private final RelaySettings settings;
    private final Audit audit;
    private final RandomGenerator random = new SecureRandom();
    private final Suspensions suspensions;
    private final ReplayRoom room = new ReplayRoom(Runtime.getRuntime().maxMemory() / REPLAY_SHARE);

    /**
     * A relay to the nodes, over gRPC and, for large answers, beside it.
     *
     * @param audit is told of every exchange when it is over
     */
    public GitRelay(RouterClient router, RpcChannels nodes, BulkConnections bulk, RelaySettings settings, Audit audit) {
        this.router = router;
        this.nodes = nodes;
        this.bulk = bulk;
        this.ways = new Downlink.BulkWays(bulk, new MovingTurns(settings.movingMax()));
        this.settings = settings;
        this.audit = audit;
        this.suspensions = new Suspensions(router::ended, settings.recheck());
    }

    /**
     * Serves one exchange. When its thread is interrupted it breaks the exchange off.
     *
     * @throws IOException the client went away
     */
    public Relayed relay(GitExchange exchange, ClientEnd client) throws IOException {
        Witness witness = new Witness(exchange, client);
        try {
            Optional<String> refusal = audit.refusal();
            Relayed outcome = refusal.isPresent()
                ? new Relayed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, refusal.get())) : carry(exchange, witness);
            if (!(outcome instanceof Relayed.Beyond)) {
                audit.record(witness.event(outcome));
            }
            return outcome;
        } catch (IOException | RuntimeException e) {
            audit.record(witness.event(new Relayed.Broken(e instanceof IOException
                ? "the client went away, or the exchange was broken off" : "a defect of the proxy")));
            throw e;
        }
    }

    private Relayed carry(GitExchange exchange, Witness client) throws IOException {
        switch (router.route(exchange, Set.of())) {
            case Routed.Refused refused -> {
                return new Relayed.Refused(refused.why());
            }
            case Routed.Beyond beyond -> {
                return new Relayed.Beyond(beyond.upstream());
            }
            case Routed.To to -> {
                client.routed(to.route());
                try (Uplink uplink = new Uplink(client.in(), client.drainMax(), room)) {
                    return relay(exchange, client, uplink, to.route());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("the exchange was broken off");
                }
            }
        }
    }

    /** Watches over an exchange that its front door carries to an upstream itself, or refuses to; to be closed. */
    public UpstreamWatch watch(GitExchange exchange, Upstream upstream, Stoppable stoppable) {
        return new UpstreamWatch(suspensions, audit, exchange, upstream, stoppable);
    }

    private Relayed relay(GitExchange exchange, ClientEnd client, Uplink uplink, Route first)
        throws IOException, InterruptedException {
        Set<NodeId> avoid = new LinkedHashSet<>();
        PushId push = PushId.random(random);
        boolean mayBeUnderWay = false;
        Route route = first;
        for (int attempt = 1;; attempt++) {
            NodeCall call = new NodeCall(exchange.request());
            Refusal why;
            switch (attempt(exchange, client, uplink, new Attempt(call, route, push, mayBeUnderWay))) {
                case Downlink.End.Final end -> {
                    return end.outcome() instanceof Relayed.Refused none
                        ? refused(exchange, none.why(), push, mayBeUnderWay) : end.outcome();
                }
                case Downlink.End.TryAnother another -> {
                    mayBeUnderWay |= call.wasReached() && !another.decided();
                    why = another.why();
                }
            }
            if (!uplink.detach() || attempt == settings.attemptsMax()) {
                return refused(exchange, why, push, mayBeUnderWay);
            }
            avoid.add(route.node());
            Thread.sleep(PAUSE.multipliedBy(attempt));
            switch (router.route(exchange, avoid)) {
                case Routed.Refused refused -> {
                    return refused(exchange, refused.why(), push, mayBeUnderWay);
                }
                case Routed.Beyond beyond -> {
                    return refused(exchange, new Refusal(Refusal.Kind.UNAVAILABLE, "the repository has just been"
                        + " sent to upstream " + beyond.upstream().name() + "; try again"), push, mayBeUnderWay);
                }
                case Routed.To to -> route = to.route();
            }
        }
    }

    /** A push that a node may have got before it broke off is not said to have changed nothing. */
    private static Relayed refused(GitExchange exchange, Refusal why, PushId push, boolean mayBeUnderWay) {
        return new Relayed.Refused(mayBeUnderWay && exchange.pushes()
            ? new Refusal(why.kind(), exchange.told(why.why(), push)) : why);
    }

    private Downlink.End attempt(GitExchange exchange, ClientEnd client, Uplink uplink, Attempt attempt)
        throws IOException, InterruptedException {
        NodeCall call = attempt.call();
        MethodDescriptor<GitRequest, GitResponse> method = switch (exchange.program()) {
            case UPLOAD_PACK -> UPLOAD_PACK;
            case RECEIVE_PACK -> RECEIVE_PACK;
        };
        ClientCalls.asyncBidiStreamingCall(
            nodes.to(attempt.route().address()).newCall(method, CallOptions.DEFAULT), call);
        try {
            suspensions.begins(call, exchange.user());
            call.sendFirst(GitRequest.newBuilder()
                .setOpen(exchange.open(attempt.route(), attempt.push(), attempt.sentBefore(),
                    bulk.mayTake(attempt.route().address()))).build());
            uplink.attach(call);
            Downlink.End end =
                new Downlink(call, attempt.route(), exchange, attempt.push(), client, settings, ways).run();
            IOException clientFailure = uplink.failure();
            if (clientFailure != null) {
                throw clientFailure;
            }
            return end;
        } finally {
            suspensions.ends(call);
            call.cancel("the exchange is over");
        }
    }

    /** One node's turn. */
    private record Attempt(NodeCall call, Route route, PushId push, boolean sentBefore) {
    }
}
