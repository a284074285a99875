package dev.trine.router;

import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditLog;
import dev.trine.common.audit.ThinnedAudit;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.live.Configured;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.LiveValues;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.rpc.RpcServer;
import dev.trine.router.accounts.Accounts;
import dev.trine.router.accounts.Credentials;
import dev.trine.router.accounts.Permissions;
import dev.trine.router.accounts.Protection;
import dev.trine.router.authorizer.Authorizer;
import dev.trine.router.authorizer.RemoteAuthorizer;
import dev.trine.router.directory.Directory;
import dev.trine.router.live.LiveCopy;
import dev.trine.router.live.SettingsService;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataConfig;
import dev.trine.router.migration.Migration;
import dev.trine.router.nodes.FailureDetector;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Probes;
import dev.trine.router.nodes.Repairs;
import dev.trine.router.receipts.Receipts;
import dev.trine.router.refs.RefChanges;
import dev.trine.router.replacement.ReplacementService;
import dev.trine.router.replacement.ReplacementWork;
import dev.trine.router.repositories.Creation;
import dev.trine.router.repositories.Deletion;
import dev.trine.router.repositories.Reconciler;
import dev.trine.router.repositories.RepositoryService;
import dev.trine.router.route.RouteService;
import dev.trine.router.rpc.AdminRpc;
import dev.trine.router.rpc.AuditedCalls;
import dev.trine.router.rpc.BearerTokens;
import dev.trine.router.rpc.RouterRpc;
import dev.trine.router.rpc.UpstreamsRpc;
import dev.trine.router.status.ClusterInspection;
import dev.trine.router.status.Insight;
import dev.trine.router.status.Inspection;
import dev.trine.router.status.StorageRepairs;
import dev.trine.router.version.RouteLimits;
import dev.trine.router.version.Routes;
import dev.trine.router.workload.TokenExchange;
import dev.trine.router.workload.WorkloadSweep;
import io.grpc.ServerInterceptors;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A running shard router. */
public final class ShardRouter implements AutoCloseable {
    private final Closer parts;
    private final RpcServer server;

    private ShardRouter(Closer parts, RpcServer server) {
        this.parts = parts;
        this.server = server;
    }

    /** Starts a router; a start that fails closes what it had opened. */
    public static ShardRouter start(ShardRouterConfig config) throws Exception {
        Closer parts = new Closer();
        try {
            return new ShardRouter(parts, wire(config, parts));
        } catch (Exception e) {
            parts.close();
            throw e;
        }
    }

    private static RpcServer wire(ShardRouterConfig config, Closer parts) throws Exception {
        Clock clock = Clock.systemUTC();
        config.security().checkListen(config.listen());
        Files.createDirectories(config.dataDir());
        Metadata metadata = parts.open(Metadata.open(metadataConfig(config), clock));
        Directory directory = parts.open(directory(metadata, clock, config));
        Audit audit = new ThinnedAudit(parts.open(AuditLog.open(config.audit().orIn(config.dataDir().resolve("audit")),
            "shard-router", clock)), System::nanoTime);
        parts.open(new Preparation(new Bootstrap(metadata, config), directory, config.metadata().firstMax())).start();

        NodeCalls calls = new NodeCalls(parts.open(new RpcChannels(config.security())), new FailureDetector());
        LiveCopy live = parts.open(new LiveCopy(directory));
        Nodes nodes = parts.open(nodes(directory, metadata, calls, config, live::now));
        Probes probes = new Probes(calls, nodes, config.routing().probeDeadline());
        Routes routes = new Routes(probes, new Repairs(calls, nodes), nodes, directory, limits(config));

        Authorizer authorizer = parts.open(RemoteAuthorizer.of(config.authorizer()));
        Creation creation = parts.open(new Creation(metadata, directory, nodes, calls, config.defaultBranch()));
        Deletion deletion = new Deletion(metadata, directory, routes, calls, nodes);
        Reconciler reconciler = parts.open(new Reconciler(metadata, creation, deletion, calls, nodes, clock));
        RepositoryService repositories = new RepositoryService(metadata, directory, creation, deletion, authorizer);

        Accounts accounts = new Accounts(metadata, directory);
        Insight insight = new Insight(repositories, directory, routes, new Inspection(metadata, calls, nodes),
            new ClusterInspection(metadata, nodes, routes, probes, authorizer), new StorageRepairs(calls, nodes));
        ReplacementWork replacements = parts.open(new ReplacementWork(metadata, directory, probes, calls, nodes, clock,
            config.routing().movesMax(), config.routing().heartbeat(), config.routing().heartbeat().multipliedBy(3)));
        RouteService routing = new RouteService(directory, routes, nodes, creation, new RouteService.Rules(
            config.createOnPush(), () -> live.anonymousRead(config.anonymousRead())), authorizer);
        AdminRpc admin = new AdminRpc(accounts,
            new Credentials(metadata, directory, accounts, clock, config.keys().rules(), config.limits()),
            new Permissions(metadata, directory, accounts, config.limits()), repositories, insight,
            new ReplacementService(metadata, nodes, replacements), new Receipts(repositories, calls, nodes),
            new RefChanges(repositories, routing, calls), new Protection(metadata, directory, authorizer),
            new SettingsService(metadata, live, nodes, configured(config)));
        RouterRpc router = new RouterRpc(directory, routing, repositories, live::now,
            parts.open(new TokenExchange(config.workload(), metadata, clock)));

        live.start(config.routing().heartbeat());
        nodes.start(config.routing().heartbeat());
        parts.open(directory.use()).start();
        parts.open(directory.copy(config.cache().copyEvery())).start();
        reconciler.start(config.routing().reconcile());
        replacements.start();
        parts.open(new WorkloadSweep(metadata, clock)).start();
        return parts.open(RpcServer.start(config.listen(), config.security(), List.of(router),
            Stream.of(admin, new UpstreamsRpc(new Migration(metadata, directory))).map(service ->
                ServerInterceptors.intercept(service, new BearerTokens(directory), new AuditedCalls(audit))).toList()));
    }

    private static Directory directory(Metadata metadata, Clock clock, ShardRouterConfig config)
        throws StartException {
        try {
            return Directory.open(metadata, config.dataDir().resolve("cache"),
                config.security().derivedKey("router cache"), clock, config.cache().freshFor(),
                config.cache().ageMax());
        } catch (IOException e) {
            throw new StartException(e.getMessage() + "; stop that one first, or choose another data-dir", e);
        }
    }

    private static MetadataConfig metadataConfig(ShardRouterConfig config) throws StartException {
        ShardRouterConfig.Database database = config.metadata();
        Optional<String> password = Optional.empty();
        if (database.passwordFile().isPresent()) {
            try {
                password = Optional.of(Files.readString(database.passwordFile().get()).strip());
            } catch (IOException e) {
                throw new StartException("metadata.password-file " + database.passwordFile().get()
                    + " cannot be read: " + e.getMessage(), e);
            }
        }
        return new MetadataConfig(database.url().orElseGet(() -> MetadataConfig.embedded(config.dataDir())),
            database.user(), password, database.connections(), database.patience(), database.answerMax());
    }

    private static RouteLimits limits(ShardRouterConfig config) {
        return new RouteLimits(config.routing().routeDeadline(), config.routing().patience(),
            config.routing().quorumPatience(), config.allowStaleReads());
    }

    /** What a router's configuration says of settings that it applies, by name. */
    private static Map<String, String> configured(ShardRouterConfig config) {
        Configured configured = new Configured();
        configured.get(LiveSettings.ANONYMOUS_READ, config.anonymousRead());
        return configured.values();
    }

    private static Nodes nodes(Directory directory, Metadata metadata, NodeCalls calls, ShardRouterConfig config,
                               Supplier<LiveValues> live) throws InterruptedException {
        Nodes nodes = new Nodes(directory, metadata, calls, config.zone(), config.routing().probeDeadline(), live);
        nodes.beatAll();
        return nodes;
    }

    /** The port that both services listen on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() throws Exception {
        parts.close();
    }
}
