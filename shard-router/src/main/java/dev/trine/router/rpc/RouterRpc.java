package dev.trine.router.rpc;

import com.google.protobuf.ByteString;
import dev.trine.common.live.LiveValues;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.wire.Wire;
import dev.trine.proto.CreatePathReply;
import dev.trine.proto.CreatePathRequest;
import dev.trine.proto.EndedReply;
import dev.trine.proto.EndedRequest;
import dev.trine.proto.Endpoint;
import dev.trine.proto.ExchangeTokenReply;
import dev.trine.proto.ExchangeTokenRequest;
import dev.trine.proto.GetLiveReply;
import dev.trine.proto.GetLiveRequest;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Identity;
import dev.trine.proto.ListPathsReply;
import dev.trine.proto.ListPathsRequest;
import dev.trine.proto.RouteReply;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.RouterGrpc;
import dev.trine.proto.UpstreamRoute;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Bearer;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.PublicKey;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.TokenSecret;
import dev.trine.router.metadata.UserName;
import dev.trine.router.repositories.RepositoryService;
import dev.trine.router.route.GivenPath;
import dev.trine.router.route.RouteService;
import dev.trine.router.route.Way;
import dev.trine.router.routing.Operation;
import dev.trine.router.wire.AccessWire;
import dev.trine.router.wire.UpstreamsWire;
import dev.trine.router.workload.TokenExchange;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the proxies ask. */
public final class RouterRpc extends RouterGrpc.RouterImplBase {
    private static final int AVOID_MAX = 16;
    private static final int ENDED_MAX = 1_000;
    private static final int PAGE = 1000;

    private final Directory directory;
    private final RouteService routes;
    private final RepositoryService repositories;
    private final Supplier<LiveValues> live;
    private final TokenExchange exchange;

    /** The service, which tells proxies also what is set live. */
    public RouterRpc(Directory directory, RouteService routes, RepositoryService repositories,
                     Supplier<LiveValues> live, TokenExchange exchange) {
        this.live = live;
        this.exchange = exchange;
        this.directory = directory;
        this.routes = routes;
        this.repositories = repositories;
    }

    @Override
    public void identify(IdentifyRequest request, StreamObserver<Identity> reply) {
        Replies.reply(reply, () -> Answer.of(bearer(request),
                Refusal.notFound("the credential is nobody's, or it has expired or was revoked"))
            .map(RouterRpc::toProto));
    }

    private static Identity toProto(Bearer bearer) {
        Identity.Builder identity = Identity.newBuilder().setUser(bearer.name())
            .setCredential(AccessWire.toProto(bearer.credential()));
        bearer.user().filter(access -> access.limits().isAll())
            .ifPresent(access -> identity.setUserId(access.user().id()));
        return identity.build();
    }

    private Optional<Bearer> bearer(IdentifyRequest request) {
        return switch (request.getCredentialCase()) {
            case TOKEN -> TokenSecret.parse(request.getToken()).flatMap(directory::identify);
            case SSH_KEY -> key(request.getSshKey());
            case USER_NAME -> directory.identify(new UserName(request.getUserName()));
            case CREDENTIAL_NOT_SET -> throw new IllegalArgumentException("a credential is missing");
        };
    }

    private Optional<Bearer> key(ByteString wireForm) {
        return wireForm.size() > PublicKey.WIRE_BYTES_MAX ? Optional.empty()
            : directory.identify(wireForm.toByteArray());
    }

    @Override
    public void ended(EndedRequest request, StreamObserver<EndedReply> reply) {
        if (request.getCredentialsCount() > ENDED_MAX) {
            throw new IllegalArgumentException("at most " + ENDED_MAX + " credentials are asked for at once");
        }
        List<Credential> asked = request.getCredentialsList().stream().map(AccessWire::fromProto).toList();
        Replies.reply(reply, () -> Answer.of(EndedReply.newBuilder().addAllEnded(IntStream.range(0, asked.size())
            .filter(at -> directory.bearer(asked.get(at)).isEmpty()).boxed().toList()).build()));
    }

    @Override
    public void route(RouteRequest request, StreamObserver<RouteReply> reply) {
        if (request.getAvoidCount() > AVOID_MAX) {
            throw new IllegalArgumentException("more than " + AVOID_MAX + " nodes are to be avoided");
        }
        GivenPath path = GivenPath.parse(request.getPath());
        Set<NodeId> avoid = request.getAvoidList().stream().map(NodeId::new).collect(Collectors.toSet());
        Operation operation = operation(request.getOperation());
        RouteService.Wish wish = new RouteService.Wish(path, credential(request), operation,
            request.getClientAddress());
        Replies.reply(reply, () -> routes.route(wish, avoid).map(RouterRpc::toProto));
    }

    @Override
    public void listPaths(ListPathsRequest request, StreamObserver<ListPathsReply> reply) {
        Credential credential = AccessWire.fromProto(request.getCredential());
        Optional<Scope> group = request.getGroup().isEmpty() ? Optional.empty()
            : Optional.of(new Scope(request.getGroup()));
        Replies.reply(reply, () -> user(credential).map(caller -> {
            List<Repository> found = repositories.list(caller, request.getAfter(), group, PAGE + 1);
            return ListPathsReply.newBuilder().setMore(found.size() > PAGE).addAllPaths(found.stream().limit(PAGE)
                .map(repository -> repository.path().value()).toList()).build();
        }));
    }

    @Override
    public void createPath(CreatePathRequest request, StreamObserver<CreatePathReply> reply) {
        RepoPath path = RepoPath.parse(request.getPath());
        Credential credential = AccessWire.fromProto(request.getCredential());
        Replies.reply(reply, () -> switch (user(credential)) {
            case Answer.Given<Access> caller -> repositories.create(caller.value(), path, "", "")
                .map(made -> CreatePathReply.newBuilder().setPath(made.path().value()).build());
            case Answer.Refused<Access> refused -> Answer.refuse(refused.why());
        });
    }

    @Override
    public void getLive(GetLiveRequest request, StreamObserver<GetLiveReply> reply) {
        Replies.reply(reply, () -> Answer.of(SettingsWire.toProto(live.get(), request.getStampMs())));
    }

    @Override
    public void exchangeToken(ExchangeTokenRequest request, StreamObserver<ExchangeTokenReply> reply) {
        Replies.reply(reply, () -> exchange.exchange(request.getSubjectToken(), request.getClientAddress())
            .map(issued -> ExchangeTokenReply.newBuilder().setName(issued.name()).setSecret(issued.secret().text())
                .setLifeSeconds(Math.toIntExact(issued.life().toSeconds())).build()));
    }

    /** The user for whom a credential acts, within what it allows. */
    private Answer<Access> user(Credential presented) {
        return Answer.of(directory.bearer(presented).flatMap(Bearer::user), Refusal.forbidden(presented.name()
            + " acts for no user, or does not work any more; sign in with a key of your own"));
    }

    private static Credential credential(RouteRequest request) {
        if (request.hasCredential()) {
            return AccessWire.fromProto(request.getCredential());
        }
        return request.getUserId() == 0 ? Credential.ANONYMOUS
            : Credential.unlimited("user " + request.getUserId(), request.getUserId());
    }

    static Operation operation(dev.trine.proto.Operation operation) {
        return switch (operation) {
            case READ -> Operation.READ;
            case WRITE -> Operation.WRITE;
            case OPERATION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a route needs an operation: read or write");
        };
    }

    private static RouteReply toProto(Way way) {
        return switch (way) {
            case Way.Route route -> toProto(route);
            case Way.Upstream upstream -> RouteReply.newBuilder().setPath(upstream.sent().path().value())
                .setUpstream(UpstreamRoute.newBuilder().setName(upstream.sent().to().name().value())
                    .setRepositoryUrl(upstream.sent().url(upstream.suffix()).toString())
                    .setCredential(UpstreamsWire.toProto(upstream.sent().to().credential())))
                .addAllRefLimits(upstream.limits().stream().map(AccessWire::toProto).toList()).build();
        };
    }

    private static RouteReply toProto(Way.Route route) {
        return RouteReply.newBuilder().setRepoId(route.routed().repository().id().value())
            .setPath(route.routed().repository().path().value())
            .setNode(Endpoint.newBuilder().setNode(route.serve().at().node().value()).setZone(route.zone())
                .setAddress(route.address()))
            .setReadPoint(Wire.toProto(route.serve().from()))
            .setStale(route.serve().from() instanceof ReadPoint.StaleAllowed)
            .addAllRefLimits(route.limits().stream().map(AccessWire::toProto).toList()).build();
    }
}
