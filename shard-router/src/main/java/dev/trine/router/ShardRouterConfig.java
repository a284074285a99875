package dev.trine.router;

import dev.trine.common.audit.AuditSettings;
import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.common.rpc.Security;
import dev.trine.router.accounts.UserLimits;
import dev.trine.router.authorizer.AuthorizerConfig;
import dev.trine.router.metadata.KeyRules;
import dev.trine.router.metadata.Shard;
import dev.trine.router.metadata.Zone;
import dev.trine.router.route.CreateOnPush;
import dev.trine.router.workload.WorkloadConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of a shard router.
 *
 * @param listen          where both services listen
 * @param security        how services of the cluster know each other
 * @param dataDir         the router's own directory: its cache, and the embedded database if no other is configured
 * @param zone            where the router stands; nodes of the same zone are preferred. Empty: no preference
 * @param metadata        the metadata database
 * @param nodes           nodes of the cluster by name, entered in the database at start
 * @param shards          shards by name with their three nodes, entered in the database at start
 * @param adminTokenFile  file with an access token for the user "admin"; it is made, with a random token, if missing
 * @param adminKeysDir    directory whose files "*.pub" are public keys of the user "admin"
 * @param adminKeys       public keys of the user "admin", one line each
 * @param keys            which SSH keys may be registered; the SSH proxies have the same setting
 * @param limits          how much one user may have
 * @param createOnPush    who creates a repository by pushing to a path that does not exist
 * @param anonymousRead   whether public repositories are read without signing in
 * @param defaultBranch   default branch of new repositories
 * @param allowStaleReads reads may be served from one node's state when freshness cannot be proven
 * @param routing         bounds of routing
 * @param cache           bounds of the cache
 * @param audit           where it is kept who administered what; without a directory, in "audit" below data-dir
 * @param workload        whose word about CI jobs is taken
 * @param authorizer      a service of the company that may forbid what is allowed here
 */
public record ShardRouterConfig(HostPort listen, Security security, Path dataDir, @Default("") String zone,
                                @Default("{}") Database metadata, @Default("{}") Map<String, Node> nodes,
                                @Default("{}") Map<String, List<String>> shards, Optional<Path> adminTokenFile,
                                Optional<Path> adminKeysDir, @Default("[]") List<String> adminKeys,
                                @Default("{}") Keys keys, @Default("{}") UserLimits limits,
                                @Default("off") CreateOnPush createOnPush,
                                @Default("false") boolean anonymousRead, @Default("main") String defaultBranch,
                                @Default("false") boolean allowStaleReads, @Default("{}") Routing routing,
                                @Default("{}") Cache cache, @Default("{}") AuditSettings audit,
                                @Default("{}") WorkloadConfig workload, Optional<AuthorizerConfig> authorizer) {
    public ShardRouterConfig {
        nodes = Map.copyOf(nodes);
        shards = Map.copyOf(shards);
        adminKeys = List.copyOf(adminKeys);
        nodes.keySet().forEach(NodeId::new);
        for (Map.Entry<String, List<String>> shard : shards.entrySet()) {
            checkShard(new Shard(shard.getKey(), shard.getValue().stream().map(NodeId::new).toList()), nodes);
        }
    }

    private static void checkShard(Shard shard, Map<String, Node> nodes) {
        for (NodeId node : shard.nodes()) {
            if (!nodes.containsKey(node.value())) {
                throw new IllegalArgumentException("shards." + shard.name() + ": node " + node
                    + " is missing under nodes");
            }
        }
        if (shard.nodes().stream().map(node -> nodes.get(node.value()).zone()).distinct().count() < 2) {
            throw new IllegalArgumentException("shards." + shard.name() + ": its nodes must stand in two zones or more,"
                + " else one failure takes them all");
        }
    }

    /**
     * The metadata database.
     *
     * @param url          JDBC URL, "jdbc:mysql://HOST/DATABASE" for MySQL and MariaDB; unset: embedded, in data-dir
     * @param user         database user
     * @param passwordFile file with his password on one line; unset: he has none
     * @param connections  most connections at once
     * @param patience     longest wait for a connection
     * @param answerMax    longest wait for an answer of the database
     * @param firstMax     how long a router waits for the database that it has never seen before
     */
    public record Database(Optional<String> url, @Default("trine") String user, Optional<Path> passwordFile,
                           @Default("16") int connections, @Default("1s") Duration patience,
                           @Default("2s") Duration answerMax, @Default("5m") Duration firstMax) {
        public Database {
            if (url.isPresent() && !url.get().startsWith("jdbc:mysql:") && !url.get().startsWith("jdbc:h2:")) {
                throw new IllegalArgumentException("url must begin with jdbc:mysql: or jdbc:h2:");
            }
            if (url.isPresent() && url.get().toLowerCase(Locale.ROOT).contains("password=")) {
                throw new IllegalArgumentException("url must not hold the password, which is printed with it: write the"
                    + " password into a file and name that as password-file");
            }
            if (connections < 1 || connections > 1000 || patience.toMillis() < 250 || answerMax.toMillis() < 250) {
                throw new IllegalArgumentException("connections must be 1 to 1000, patience and answer-max at least"
                    + " 250ms");
            }
        }
    }

    /**
     * Which SSH keys may be registered.
     *
     * @param rsaBitsMin least length of RSA keys, in bits
     */
    public record Keys(@Default("3072") int rsaBitsMin) {
        public Keys {
            new KeyRules(rsaBitsMin);
        }

        KeyRules rules() {
            return new KeyRules(rsaBitsMin);
        }
    }

    /**
     * A git server.
     *
     * @param zone    where it stands
     * @param address "host:port" of its gRPC service
     */
    public record Node(String zone, HostPort address) {
        public Node {
            Zone.check(zone);
        }
    }

    /**
     * Bounds of routing.
     *
     * @param probeDeadline  how long a node may take to answer a probe, or a heartbeat
     * @param routeDeadline  longest time for one route, a repair included
     * @param patience       how long two answers wait for a third that could spare a repair
     * @param quorumPatience how long a request that finds fewer than two nodes looks again before it is refused
     * @param heartbeat      interval of heartbeats
     * @param reconcile      interval of finishing what was begun while nodes were away
     * @param movesMax       repositories that move at once while a node is replaced
     */
    public record Routing(@Default("1s") Duration probeDeadline, @Default("4s") Duration routeDeadline,
                          @Default("100ms") Duration patience, @Default("1s") Duration quorumPatience,
                          @Default("1s") Duration heartbeat, @Default("5s") Duration reconcile,
                          @Default("8") int movesMax) {
        public Routing {
            if (movesMax < 1 || movesMax > 1000) {
                throw new IllegalArgumentException("moves-max must be 1 to 1000");
            }
        }
    }

    /**
     * Bounds of the cache.
     *
     * @param freshFor  how long the database's word counts without asking again
     * @param ageMax    how old a word may be that is used while the database is away
     * @param copyEvery how often everything that the database says is read, so that the router knows it when it is away
     */
    public record Cache(@Default("1s") Duration freshFor, @Default("24h") Duration ageMax,
                        @Default("10s") Duration copyEvery) {
        public Cache {
            if (copyEvery.toMillis() < 100) {
                throw new IllegalArgumentException("copy-every must be at least 100ms");
            }
        }
    }
}
