package dev.trine.router.rpc;

import com.google.protobuf.ByteString;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.wire.Wire;
import dev.trine.proto.EndedReply;
import dev.trine.proto.EndedRequest;
import dev.trine.proto.Endpoint;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Identity;
import dev.trine.proto.RouteReply;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.RouterGrpc;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Bearer;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.PublicKey;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.TokenSecret;
import dev.trine.router.route.RouteService;
import dev.trine.router.routing.Operation;
import dev.trine.router.wire.AccessWire;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the proxies ask. */
public final class RouterRpc extends RouterGrpc.RouterImplBase {
    private static final int AVOID_MAX = 16;
    private static final int ENDED_MAX = 1_000;
    private static final int GIVEN_PATH_BYTES_MAX = 520;

    private final Directory directory;
    private final RouteService routes;

    public RouterRpc(Directory directory, RouteService routes) {
        this.directory = directory;
        this.routes = routes;
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
        if (request.getPath().length() > GIVEN_PATH_BYTES_MAX || request.getAvoidCount() > AVOID_MAX) {
            throw new IllegalArgumentException("the path is longer than " + RepoPath.BYTES_MAX
                + " bytes, or more than " + AVOID_MAX + " nodes are to be avoided");
        }
        RepoPath path = RepoPath.parse(request.getPath());
        Set<NodeId> avoid = request.getAvoidList().stream().map(NodeId::new).collect(Collectors.toSet());
        Operation operation = operation(request.getOperation());
        Replies.reply(reply, () -> routes.route(path, credential(request), operation, avoid)
            .map(RouterRpc::toProto));
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

    private static RouteReply toProto(RouteService.Route route) {
        return RouteReply.newBuilder().setRepoId(route.routed().repository().id().value())
            .setPath(route.routed().repository().path().value())
            .setNode(Endpoint.newBuilder().setNode(route.serve().at().node().value()).setZone(route.zone())
                .setAddress(route.address()))
            .setReadPoint(Wire.toProto(route.serve().from()))
            .setStale(route.serve().from() instanceof ReadPoint.StaleAllowed)
            .addAllRefLimits(route.limits().stream().map(AccessWire::toProto).toList()).build();
    }
}
