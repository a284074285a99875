package dev.trine.common.relay;

import com.google.protobuf.ByteString;
import dev.trine.common.config.HostPort;
import dev.trine.common.live.LiveValues;
import dev.trine.common.model.ClientPath;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RepoId;
import dev.trine.common.rpc.Spoken;
import dev.trine.proto.CreatePathRequest;
import dev.trine.proto.Credential;
import dev.trine.proto.EndedReply;
import dev.trine.proto.EndedRequest;
import dev.trine.proto.ExchangeTokenReply;
import dev.trine.proto.ExchangeTokenRequest;
import dev.trine.proto.GetLiveReply;
import dev.trine.proto.GetLiveRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Identity;
import dev.trine.proto.ListPathsReply;
import dev.trine.proto.ListPathsRequest;
import dev.trine.proto.Right;
import dev.trine.proto.RouteReply;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.RouterGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Asks the shard router, with a deadline on every question. Called by many threads; each call blocks. */
public final class RouterClient {
    private static final Duration PING_MAX = Duration.ofSeconds(2);

    private final RouterGrpc.RouterBlockingStub router;
    private final Duration answerMax;

    /**
     * Asks over a channel.
     *
     * @param answerMax longest wait for one answer
     */
    public RouterClient(Channel router, Duration answerMax) {
        this.router = RouterGrpc.newBlockingStub(router);
        this.answerMax = answerMax;
    }

    /** Finds the user that an access token belongs to. */
    public Identified identifyToken(String token) {
        return identify(IdentifyRequest.newBuilder().setToken(token).build());
    }

    /** Finds the user that an SSH public key, in SSH wire format, belongs to. */
    public Identified identifyKey(byte[] sshKey) {
        return identify(IdentifyRequest.newBuilder().setSshKey(ByteString.copyFrom(sshKey)).build());
    }

    /** Finds the user of that name, who has proved who he is to the caller. */
    public Identified identifyUser(String name) {
        return identify(IdentifyRequest.newBuilder().setUserName(name).build());
    }

    /** A page of paths, or why there is none. */
    public sealed interface Paths {
        /** Paths in order, and whether there are more. */
        record Page(List<String> paths, boolean more) implements Paths {
            public Page {
                paths = List.copyOf(paths);
            }
        }

        /** Nothing is told. */
        record Refused(Refusal why) implements Paths {
        }
    }

    /** Lists repositories after that path that somebody was given a role in; an empty group: all. */
    public Paths listPaths(User user, String group, String after) {
        try {
            ListPathsReply reply = bounded().listPaths(ListPathsRequest.newBuilder()
                .setCredential(user.credential()).setGroup(group).setAfter(after).build());
            return new Paths.Page(reply.getPathsList(), reply.getMore());
        } catch (StatusRuntimeException e) {
            return new Paths.Refused(refusal(Spoken.statusOf(e)));
        }
    }

    /** Creates a repository for somebody: a page of its one path. */
    public Paths createPath(User user, String path) {
        try {
            return new Paths.Page(List.of(bounded().createPath(CreatePathRequest.newBuilder()
                .setCredential(user.credential()).setPath(path).build()).getPath()), false);
        } catch (StatusRuntimeException e) {
            return new Paths.Refused(refusal(Spoken.statusOf(e)));
        }
    }

    /** Exchanges a JWT for an access token; the client's address is for the router's log. */
    public Exchanged exchangeToken(String subjectToken, String client) {
        try {
            ExchangeTokenReply reply = bounded().exchangeToken(ExchangeTokenRequest.newBuilder()
                .setSubjectToken(subjectToken).setClientAddress(client).build());
            return new Exchanged.Issued(reply.getName(), reply.getSecret(), Duration.ofSeconds(reply.getLifeSeconds()));
        } catch (StatusRuntimeException e) {
            return new Exchanged.Refused(refusal(Spoken.statusOf(e)));
        }
    }

    /** Decides where an operation goes; nodes to avoid are not chosen again if another can serve. */
    Routed route(GitExchange exchange, Collection<NodeId> avoid) {
        if (ClientPath.isTooLong(ClientPath.parse(exchange.path()).path())) {
            return new Routed.Refused(new Refusal(Refusal.Kind.MALFORMED,
                "a repository path has at most " + ClientPath.BYTES_MAX + " bytes"));
        }
        RouteRequest request = RouteRequest.newBuilder().setPath(exchange.path())
            .setCredential(exchange.user().credential()).setUserId(unlimitedUser(exchange.user().credential()))
            .setOperation(exchange.program().operation()).setClientAddress(exchange.clientAddress())
            .addAllAvoid(avoid.stream().map(NodeId::value).toList()).build();
        try {
            RouteReply reply = bounded().route(request);
            return reply.hasUpstream() ? new Routed.Beyond(upstream(reply)) : new Routed.To(fromProto(reply));
        } catch (StatusRuntimeException e) {
            return new Routed.Refused(refusal(Spoken.statusOf(e)));
        } catch (IllegalArgumentException e) {
            return new Routed.Refused(new Refusal(Refusal.Kind.UNAVAILABLE,
                "the shard router names a way that this proxy cannot take: " + e.getMessage()));
        }
    }

    /** Whether a router is there and answers, whatever it says, within two seconds. */
    public boolean answers() {
        try {
            router.withDeadlineAfter(Math.min(answerMax.toMillis(), PING_MAX.toMillis()), TimeUnit.MILLISECONDS)
                .ended(EndedRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            Status status = Spoken.statusOf(e);
            return switch (status.getCode()) {
                case DEADLINE_EXCEEDED, UNAUTHENTICATED, CANCELLED -> false;
                case UNAVAILABLE -> status.getDescription() != null;
                default -> true;
            };
        }
    }

    /** Those of some credentials that do not work any more; none if the router does not say. */
    Set<Credential> ended(Collection<Credential> credentials) {
        List<Credential> asked = List.copyOf(credentials);
        try {
            EndedReply reply = bounded().ended(EndedRequest.newBuilder().addAllCredentials(asked).build());
            return reply.getEndedList().stream().filter(at -> at >= 0 && at < asked.size()).map(asked::get)
                .collect(Collectors.toSet());
        } catch (StatusRuntimeException e) {
            return Set.of();
        }
    }

    /** Values that are set live, if the router has newer ones than those; empty, too, if it does not say. */
    Optional<LiveValues> newer(LiveValues than) {
        try {
            GetLiveReply reply =
                bounded().getLive(GetLiveRequest.newBuilder().setStampMs(than.stamp()).build());
            return reply.hasNewer() ? Optional.of(LiveValues.fromProto(reply.getNewer())) : Optional.empty();
        } catch (StatusRuntimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Identified identify(IdentifyRequest request) {
        try {
            Identity identity = bounded().identify(request);
            return new Identified.Known(new User(identity.getUser(), credential(identity)));
        } catch (StatusRuntimeException e) {
            Status status = Spoken.statusOf(e);
            return status.getCode() == Status.Code.NOT_FOUND ? new Identified.Nobody()
                : new Identified.Unavailable(sentence(status));
        }
    }

    /** The user as a router takes him that knows of no credentials; 0: it must not take this one for all of him. */
    private static long unlimitedUser(Credential credential) {
        return credential.getRightsList().stream().anyMatch(right -> right.getPath().equals("*")
            && right.getRole() == GrantRole.ADMINISTRATOR) ? credential.getUserId() : 0;
    }

    /** A router that knows of no credentials has none with limits. */
    private static Credential credential(Identity identity) {
        return identity.hasCredential() ? identity.getCredential()
            : Credential.newBuilder().setName("user " + identity.getUserId()).setUserId(identity.getUserId())
                .addRights(Right.newBuilder().setPath("*").setRole(GrantRole.ADMINISTRATOR)).build();
    }

    private RouterGrpc.RouterBlockingStub bounded() {
        return router.withDeadlineAfter(answerMax.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Route fromProto(RouteReply reply) {
        return new Route(new RepoId(reply.getRepoId()), reply.getPath(), new NodeId(reply.getNode().getNode()),
            HostPort.parse(reply.getNode().getAddress()), reply.getReadPoint(), reply.getStale(),
            reply.getRefLimitsList());
    }

    private static Upstream upstream(RouteReply reply) {
        return new Upstream(reply.getUpstream().getName(), reply.getPath(),
            URI.create(reply.getUpstream().getRepositoryUrl()), reply.getUpstream().getCredential(),
            new RefLimits(reply.getRefLimitsList().stream().map(limit -> new RefLimits.Limit(limit.getPattern(),
                limit.getPush(), limit.getForce(), limit.getDelete())).toList()));
    }

    private static Refusal refusal(Status status) {
        return switch (status.getCode()) {
            case NOT_FOUND -> new Refusal(Refusal.Kind.NOT_FOUND, sentence(status));
            case PERMISSION_DENIED -> new Refusal(Refusal.Kind.DENIED, sentence(status));
            case INVALID_ARGUMENT -> new Refusal(Refusal.Kind.MALFORMED, sentence(status));
            case RESOURCE_EXHAUSTED -> new Refusal(Refusal.Kind.OVER_LIMIT, sentence(status));
            default -> new Refusal(Refusal.Kind.UNAVAILABLE, sentence(status));
        };
    }

    private static String sentence(Status status) {
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> "the shard router does not answer; try again";
            case UNAUTHENTICATED -> "the shard router does not know this proxy; its operator has to give both the same"
                + " secret or certificate authority";
            case UNAVAILABLE -> status.getDescription() == null ? "the shard router cannot be reached; try again"
                : status.getDescription();
            default -> status.getDescription() == null ? "the shard router failed: " + status.getCode()
                : status.getDescription();
        };
    }
}
