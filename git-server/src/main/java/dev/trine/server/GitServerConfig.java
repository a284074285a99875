package dev.trine.server;

import dev.trine.common.bulk.BulkSettings;
import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.common.rpc.Security;
import dev.trine.server.admission.WorkSettings;
import dev.trine.server.content.ArchiveSettings;
import dev.trine.server.content.RawSettings;
import dev.trine.server.receive.ReceiveSettings;
import dev.trine.server.replica.CatchUpSettings;
import dev.trine.server.replica.ReplicaSettings;
import dev.trine.server.repo.JGitSettings;
import dev.trine.server.repo.PackLimits;
import dev.trine.server.rpc.TransportLimits;
import dev.trine.server.store.DataDirectory;
import dev.trine.server.store.ReceiptRule;
import dev.trine.server.upload.PackCacheSettings;
import dev.trine.server.upload.UploadLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Settings of one git server.
 *
 * @param node     its name, the same for ever
 * @param zone     failure zone that it stands in, for routing and placement
 * @param listen   where it serves routers, proxies and the other git servers
 * @param bulk     where proxies fetch large answers
 * @param security how the services of the cluster know each other
 * @param peers    the other git servers' addresses, by node name; its own is ignored
 * @param data     its disk
 * @param objects  limits of packs and memory for them
 * @param replica  replicas
 * @param catchUp  what catching up with peers may cost
 * @param fetch    what one client may cost
 * @param packCache packs that are kept for those who fetch the same
 * @param raw      what a single file may cost
 * @param archive  what an archive may cost
 * @param push     what a push may contain
 * @param clients  how many exchanges with clients there are, and how long one may stand still
 * @param work     how much of what costs much goes on at once, and who may wait for it
 * @param receipts how long receipts are kept
 * @param drain    how long running calls may go on when the server stops; then they are cut
 */
public record GitServerConfig(String node, String zone, HostPort listen,
                              @Default("{}") BulkSettings bulk, Security security,
                              @Default("{}") Map<String, HostPort> peers, Data data, @Default("{}") Objects objects,
                              @Default("{}") ReplicaSettings replica, @Default("{}") CatchUpSettings catchUp,
                              @Default("{}") UploadLimits fetch,
                              @Default("{}") PackCacheSettings packCache,
                              @Default("{}") RawSettings raw, @Default("{}") ArchiveSettings archive,
                              @Default("{}") ReceiveSettings push, @Default("{}") TransportLimits clients,
                              @Default("{}") WorkSettings work,
                              @Default("{}") ReceiptRule receipts, @Default("10s") Duration drain) {
    public GitServerConfig {
        peers = Map.copyOf(peers);
        Stream.concat(Stream.of(node), peers.keySet().stream()).forEach(NodeId::new);
        if (!zone.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException("zone = \"" + zone + "\": not a zone name (1 to 63 of a-z, 0-9, '-')");
        }
    }

    NodeId nodeId() {
        return new NodeId(node);
    }

    /** Where the other nodes are. */
    Map<NodeId, HostPort> others() {
        return peers.entrySet().stream().filter(peer -> !peer.getKey().equals(node))
            .collect(Collectors.toUnmodifiableMap(peer -> new NodeId(peer.getKey()), Map.Entry::getValue));
    }

    /**
     * The node's disk.
     *
     * @param dir         the data directory; made if missing
     * @param diskFreeMin the node does not start with less free space
     * @param diskReserve with less free space than this no pack is written: the rest is for the database, whose process
     *                    would end without it
     * @param cache       memory for blocks of the database of refs and logs
     */
    public record Data(Path dir, @Default("1g") ByteSize diskFreeMin, @Default("256m") ByteSize diskReserve,
                       @Default("128m") ByteSize cache) {
        public Data {
            if (cache.bytes() < 1 << 20) {
                throw new IllegalArgumentException("cache of less than 1m");
            }
        }

        DataDirectory.Settings settings(ReceiptRule receipts) {
            return new DataDirectory.Settings(dir, diskFreeMin, cache, receipts);
        }
    }

    /**
     * Packs.
     *
     * @param blockCache     heap for blocks of packs; not given: a quarter of the heap, at most 4g
     * @param indexThreads   threads that index received packs; 0: one for each processor
     * @param packMax        largest pack that a client may send
     * @param packObjectsMax most objects in such a pack
     * @param objectMax      largest object, inflated
     * @param deltaDepthMax  longest chain of deltas
     */
    public record Objects(Optional<ByteSize> blockCache, @Default("0") int indexThreads,
                          @Default("16g") ByteSize packMax, @Default("20000000") int packObjectsMax,
                          @Default("2g") ByteSize objectMax, @Default("4095") int deltaDepthMax) {
        public Objects {
            if (blockCache.isPresent() && blockCache.get().bytes() < 1 << 20) {
                throw new IllegalArgumentException("block-cache of less than 1m");
            }
            if (indexThreads < 0 || indexThreads > 1024) {
                throw new IllegalArgumentException("index-threads is at most 1024; 0: one for each processor");
            }
            if (packMax.bytes() < 1 || packObjectsMax < 1 || objectMax.bytes() < 1 || deltaDepthMax < 0) {
                throw new IllegalArgumentException("pack-max, pack-objects-max and object-max must be at least 1");
            }
        }

        JGitSettings settings() {
            JGitSettings usual = JGitSettings.forThisMachine();
            return new JGitSettings(blockCache.map(ByteSize::bytes).orElse(usual.blockCacheBytes()),
                indexThreads == 0 ? usual.indexThreads() : indexThreads);
        }

        PackLimits limits() {
            return new PackLimits(packMax.bytes(), packObjectsMax, objectMax.bytes(), deltaDepthMax);
        }
    }
}
