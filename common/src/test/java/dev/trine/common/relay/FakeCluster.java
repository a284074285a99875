package dev.trine.common.relay;

import com.google.protobuf.ByteString;
import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.live.LiveValues;
import dev.trine.common.rpc.RpcServer;
import dev.trine.common.rpc.Security;
import dev.trine.proto.CreatePathReply;
import dev.trine.proto.CreatePathRequest;
import dev.trine.proto.Credential;
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
import dev.trine.proto.Operation;
import dev.trine.proto.ReadPoint;
import dev.trine.proto.RefLimit;
import dev.trine.proto.RouteReply;
import dev.trine.proto.RouteRequest;
import dev.trine.proto.RouterGrpc;
import dev.trine.proto.UpstreamRoute;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/**
 * A cluster for tests of the front doors: a router and nodes on loopback ports, whose repositories are plain bare
 * repositories that C Git's own programs serve.
 */
public final class FakeCluster implements AutoCloseable {
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final Closer closer = new Closer();
    private final Security security;
    private final Map<String, Path> repositories = new ConcurrentHashMap<>();
    private final Map<String, ProcessTransport> nodes = new LinkedHashMap<>();
    private final Map<String, FakeContent> contents = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, Identity> tokens = new ConcurrentHashMap<>();
    private final Map<ByteString, Identity> keys = new ConcurrentHashMap<>();
    private final Map<String, Identity> users = new ConcurrentHashMap<>();
    private final Map<Long, Status> denials = new ConcurrentHashMap<>();
    private final Set<Long> suspended = ConcurrentHashMap.newKeySet();
    private final Map<String, UpstreamRoute> upstreams = new ConcurrentHashMap<>();
    private final List<RouteRequest> asked = new CopyOnWriteArrayList<>();
    private final List<String> traces = new CopyOnWriteArrayList<>();
    private final List<ExchangeTokenRequest> exchanged = new CopyOnWriteArrayList<>();
    private final RpcServer router;
    private volatile Map<String, String> exchanges = Map.of();
    private volatile Status exchangeRefusal = Status.NOT_FOUND;
    private volatile boolean stale;
    private volatile List<RefLimit> upstreamLimits = List.of();
    private volatile LiveValues live = LiveValues.NONE;

    /** Starts it, with nodes n1, n2 and so on. */
    public FakeCluster(Path dir, int nodeCount) throws Exception {
        Path secret = dir.resolve("secret");
        Files.writeString(secret, SECRET);
        security = new Security(Optional.of(secret), Optional.empty());
        for (int i = 1; i <= nodeCount; i++) {
            ProcessTransport transport = new ProcessTransport(repositories);
            nodes.put("n" + i, transport);
            FakeContent content = new FakeContent();
            contents.put("n" + i, content);
            ports.put("n" + i, closer.open(RpcServer.start(ANY_PORT, security, List.of(traced(transport), content)))
                .port());
        }
        router = closer.open(RpcServer.start(ANY_PORT, security, List.of(traced(new FakeRouter()))));
    }

    /** The address of the router. */
    public HostPort router() {
        return new HostPort("127.0.0.1", router.port());
    }

    /** What its services know each other by. */
    public Security security() {
        return security;
    }

    /** Hosts a bare repository under a path without ".git". */
    public void host(String path, Path gitDirectory) {
        repositories.put(path, gitDirectory);
    }

    /** Lets the router send whoever wants that path, without ".git", to an upstream. */
    public void send(String path, UpstreamRoute upstream) {
        upstreams.put(path, upstream);
    }

    /** Lets the router say what nobody may do with some refs there. */
    public void limit(RefLimit... limits) {
        upstreamLimits = List.of(limits);
    }

    /** Makes a token sign a user in. */
    public void token(String token, long userId, String user) {
        tokens.put(token, Identity.newBuilder().setUserId(userId).setUser(user).build());
    }

    /** Makes a key, in SSH wire format, sign a user in. */
    public void key(byte[] key, long userId, String user) {
        keys.put(ByteString.copyFrom(key), Identity.newBuilder().setUserId(userId).setUser(user).build());
    }

    /** Makes a key, in SSH wire format, sign somebody in by a credential. */
    public void key(byte[] key, String name, Credential credential) {
        keys.put(ByteString.copyFrom(key), Identity.newBuilder().setUser(name).setCredential(credential).build());
    }

    /** Makes the router know a user by his name. */
    public void user(long userId, String user) {
        users.put(user, Identity.newBuilder().setUserId(userId).setUser(user).build());
    }

    /** Lets the router refuse every write of a user. */
    public void denyWrites(long userId, Status status) {
        denials.put(userId, status);
    }

    /** Suspends a user. */
    public void suspend(long userId) {
        suspended.add(userId);
    }

    /** Lets the router say that all it routes may be stale. */
    public void routeStale() {
        stale = true;
    }

    /** Sets values live. */
    public void set(LiveValues values) {
        live = values;
    }

    /** Exchanges those tokens, each for another that works for 900 seconds. */
    public void exchange(Map<String, String> tokens) {
        exchanges = tokens;
    }

    /** Refuses to exchange any other token. */
    public void refuseExchange(Status status) {
        exchangeRefusal = status;
    }

    /** What was to be exchanged. */
    public List<ExchangeTokenRequest> exchanged() {
        return exchanged;
    }

    /** One of its nodes. */
    public ProcessTransport node(String name) {
        return nodes.get(name);
    }

    /** The files and archives of one of its nodes. */
    public FakeContent content(String name) {
        return contents.get(name);
    }

    /** What the router was asked. */
    public List<RouteRequest> asked() {
        return asked;
    }

    /** Calls to router and nodes that were part of a trace: their name, a space, traceparent. */
    public List<String> traces() {
        return traces;
    }

    @Override
    public void close() throws Exception {
        nodes.values().forEach(ProcessTransport::close);
        closer.close();
    }

    private BindableService traced(BindableService service) {
        return () -> ServerInterceptors.intercept(service, new TraceRecorder());
    }

    private final class TraceRecorder implements ServerInterceptor {
        @Override
        public <Q, S> ServerCall.Listener<Q> interceptCall(ServerCall<Q, S> call, Metadata headers,
                                                           ServerCallHandler<Q, S> next) {
            String trace = headers.get(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER));
            if (trace != null) {
                traces.add(call.getMethodDescriptor().getBareMethodName() + " " + trace);
            }
            return next.startCall(call, headers);
        }
    }

    private final class FakeRouter extends RouterGrpc.RouterImplBase {
        @Override
        public void identify(IdentifyRequest request, StreamObserver<Identity> reply) {
            Identity identity = switch (request.getCredentialCase()) {
                case TOKEN -> tokens.get(request.getToken());
                case SSH_KEY -> keys.get(request.getSshKey());
                case USER_NAME -> users.get(request.getUserName());
                case CREDENTIAL_NOT_SET -> null;
            };
            if (identity == null) {
                reply.onError(Status.NOT_FOUND.withDescription("nobody's").asRuntimeException());
                return;
            }
            reply.onNext(identity);
            reply.onCompleted();
        }

        @Override
        public void exchangeToken(ExchangeTokenRequest request, StreamObserver<ExchangeTokenReply> reply) {
            exchanged.add(request);
            String secret = exchanges.get(request.getSubjectToken());
            if (secret == null) {
                reply.onError(exchangeRefusal.asRuntimeException());
                return;
            }
            reply.onNext(ExchangeTokenReply.newBuilder().setName("workload ci app").setSecret(secret)
                .setLifeSeconds(900).build());
            reply.onCompleted();
        }

        @Override
        public void listPaths(ListPathsRequest request, StreamObserver<ListPathsReply> reply) {
            if (request.getGroup().equals("theirs")) {
                reply.onError(Status.PERMISSION_DENIED.withDescription("key 7 acts for no user").asRuntimeException());
                return;
            }
            List<String> found = repositories.keySet().stream().sorted()
                .filter(path -> path.compareTo(request.getAfter()) > 0)
                .filter(path -> request.getGroup().isEmpty() || path.startsWith(request.getGroup() + "/")).toList();
            reply.onNext(ListPathsReply.newBuilder().addAllPaths(found.stream().limit(2).toList())
                .setMore(found.size() > 2).build());
            reply.onCompleted();
        }

        @Override
        public void ended(EndedRequest request, StreamObserver<EndedReply> reply) {
            reply.onNext(EndedReply.newBuilder().addAllEnded(IntStream.range(0, request.getCredentialsCount())
                .filter(at -> suspended.contains(request.getCredentials(at).getUserId())).boxed().toList()).build());
            reply.onCompleted();
        }

        @Override
        public void getLive(GetLiveRequest request, StreamObserver<GetLiveReply> reply) {
            GetLiveReply.Builder told = GetLiveReply.newBuilder();
            if (live.stamp() > request.getStampMs()) {
                told.setNewer(live.toProto());
            }
            reply.onNext(told.build());
            reply.onCompleted();
        }

        @Override
        public void createPath(CreatePathRequest request, StreamObserver<CreatePathReply> reply) {
            if (request.getPath().startsWith("mine/")) {
                reply.onNext(CreatePathReply.newBuilder().setPath(request.getPath()).build());
                reply.onCompleted();
            } else {
                reply.onError(Status.PERMISSION_DENIED.withDescription("you are not an administrator of "
                    + request.getPath() + " or a group above it").asRuntimeException());
            }
        }

        @Override
        public void route(RouteRequest request, StreamObserver<RouteReply> reply) {
            asked.add(request);
            String path = request.getPath().replaceFirst("^/", "").replaceFirst("\\.git$", "");
            Status denial = denials.get(request.getCredential().getUserId());
            boolean anonymous = request.getCredential().getUserId() == 0 && !path.startsWith("public/");
            if (anonymous || !repositories.containsKey(path) && !upstreams.containsKey(path)) {
                reply.onError(Status.NOT_FOUND.withDescription("there is no repository '" + path + "' for you")
                    .asRuntimeException());
            } else if (denial != null && request.getOperation() == Operation.WRITE) {
                reply.onError(denial.asRuntimeException());
            } else if (upstreams.containsKey(path)) {
                reply.onNext(RouteReply.newBuilder().setPath(path).setUpstream(upstreams.get(path))
                    .addAllRefLimits(upstreamLimits).build());
                reply.onCompleted();
            } else {
                reply.onNext(route(path, request.getAvoidList()));
                reply.onCompleted();
            }
        }

        private RouteReply route(String path, List<String> avoid) {
            List<String> choice = new ArrayList<>(nodes.keySet());
            choice.removeAll(avoid);
            String node = choice.isEmpty() ? "n1" : choice.getFirst();
            return RouteReply.newBuilder().setRepoId("0".repeat(32)).setPath(path)
                .setNode(Endpoint.newBuilder().setNode(node).setZone("z1").setAddress("127.0.0.1:" + ports.get(node)))
                .setReadPoint(ReadPoint.newBuilder().setGeneration(7).setMode(ReadPoint.Mode.COMMITTED))
                .setStale(stale).build();
        }
    }

    /** Makes an empty bare repository. */
    public static Path bareRepository(Path dir) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("git", "-c", "init.defaultBranch=main", "init", "--quiet", "--bare",
            dir.toString()).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException("git init: " + exit);
        }
        return dir;
    }
}
