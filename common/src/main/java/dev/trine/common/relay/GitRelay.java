package dev.trine.common.relay;

import dev.trine.common.audit.Audit;
import dev.trine.common.bulk.BulkConnections;
import dev.trine.common.door.ClientHost;
import dev.trine.common.model.PushId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import dev.trine.proto.GitTransportGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

    private final RouterClient router;
    private final RpcChannels nodes;
    private final BulkConnections bulk;
    private final Downlink.BulkWays ways;
    private final Starts starts;
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
        this.starts = new Starts(settings);
        this.ways = new Downlink.BulkWays(bulk, starts.moving());
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

    /**
     * Finds out who begins an exchange, when it may begin: hundreds of sign-ins at once are as many small requests.
     *
     * @param clientAddress whose hosts come by turns
     * @param credential    whose holders at one host do, whatever it is
     * @param ask           finds it out
     */
    public <T> T signIn(GitProgram program, String clientAddress, String credential, Supplier<T> ask)
        throws IOException {
        GitExchange.Lane lane = new GitExchange.Lane(ClientHost.of(clientAddress), credential);
        try (FairTurns.Turn turn = starts.take(program, lane)) {
            return ask.get();
        } catch (InterruptedException e) {
            throw Attempts.brokenOff();
        }
    }

    private Relayed carry(GitExchange exchange, Witness client) throws IOException {
        try (FairTurns.Turn turn = starts.take(exchange.program(), exchange.lane());
             GitAttempt attempt = new GitAttempt(exchange, client)) {
            return attempt.told(new Attempts(router, settings.attemptsMax()).run(exchange, attempt));
        } catch (InterruptedException e) {
            throw Attempts.brokenOff();
        }
    }

    /** Watches over an exchange that its front door carries to an upstream itself, or refuses to; to be closed. */
    public UpstreamWatch watch(GitExchange exchange, Upstream upstream, Stoppable stoppable) {
        return new UpstreamWatch(suspensions, audit, exchange, upstream, stoppable);
    }

    /** The attempts to carry one exchange, by its thread. The client's bytes are read from the first one on. */
    private final class GitAttempt implements Attempts.Attempt, AutoCloseable {
        private final GitExchange exchange;
        private final Witness client;
        private final PushId push = PushId.random(random);
        private @Nullable Uplink uplink;
        private boolean mayBeUnderWay;

        GitAttempt(GitExchange exchange, Witness client) {
            this.exchange = exchange;
            this.client = client;
        }

        @Override
        public Attempts.End at(Route route) throws IOException, InterruptedException {
            Uplink bytes = uplink;
            if (bytes == null) {
                client.routed(route);
                bytes = new Uplink(client.in(), client.drainMax(), room);
                uplink = bytes;
            }
            NodeCall call = new NodeCall(exchange.request());
            return switch (carried(call, route, bytes)) {
                case Downlink.End.Final end -> new Attempts.End.Final(end.outcome());
                case Downlink.End.TryAnother another -> {
                    mayBeUnderWay |= call.wasReached() && !another.decided();
                    yield bytes.detach() ? new Attempts.End.TryAnother(another.why())
                        : new Attempts.End.Final(new Relayed.Refused(another.why()));
                }
            };
        }

        private Downlink.End carried(NodeCall call, Route route, Uplink bytes)
            throws IOException, InterruptedException {
            MethodDescriptor<GitRequest, GitResponse> method = switch (exchange.program()) {
                case UPLOAD_PACK -> UPLOAD_PACK;
                case RECEIVE_PACK -> RECEIVE_PACK;
            };
            ClientCalls.asyncBidiStreamingCall(nodes.to(route.address()).newCall(method, CallOptions.DEFAULT), call);
            Downlink.End end;
            try {
                call.sendFirst(GitRequest.newBuilder().setOpen(
                    exchange.open(route, push, mayBeUnderWay, bulk.mayTake(route.address()))).build());
                suspensions.begins(call, exchange.user());
                bytes.attach(call, settings.idleMax());
                end = new Downlink(call, route, exchange, push, client, settings, ways).run();
            } finally {
                suspensions.ends(call);
                call.cancel("the exchange is over");
            }
            IOException clientFailure = bytes.failure();
            if (clientFailure != null) {
                throw clientFailure;
            }
            return end;
        }

        /** A push that a node may have got before it broke off is not said to have changed nothing. */
        Relayed told(Relayed outcome) {
            return switch (outcome) {
                case Relayed.Beyond beyond when uplink != null -> told(new Relayed.Refused(new Refusal(
                    Refusal.Kind.UNAVAILABLE, "the repository has just been sent to upstream "
                    + beyond.upstream().name() + "; try again")));
                case Relayed.Refused refused when mayBeUnderWay && exchange.pushes() -> new Relayed.Refused(
                    new Refusal(refused.why().kind(), exchange.told(refused.why().why(), push)));
                case Relayed.Beyond beyond -> beyond;
                case Relayed.Refused refused -> refused;
                case Relayed.Served served -> served;
                case Relayed.Broken broken -> broken;
            };
        }

        @Override
        public void close() {
            if (uplink != null) {
                uplink.close();
            }
        }
    }
}
