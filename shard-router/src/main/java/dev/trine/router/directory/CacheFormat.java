package dev.trine.router.directory;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.trine.common.live.LiveValues;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.NodeId;
import dev.trine.proto.CacheEntry;
import dev.trine.proto.CachedAccess;
import dev.trine.proto.CachedCluster;
import dev.trine.proto.CachedCredential;
import dev.trine.proto.CachedMigration;
import dev.trine.proto.CachedNode;
import dev.trine.proto.CachedShard;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.MigrationPlan;
import dev.trine.router.metadata.Node;
import dev.trine.router.metadata.Presence;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Rights;
import dev.trine.router.metadata.Shard;
import dev.trine.router.wire.AccessWire;
import dev.trine.router.wire.AdminWire;
import dev.trine.router.wire.UpstreamsWire;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** How the cache's values lie on disk: one entry of cache.proto each. */
final class CacheFormat {
    /** Both directions for one kind of value. */
    interface Kind<T> {
        void put(T value, CacheEntry.Builder entry);

        T get(CacheEntry entry);
    }

    static final Kind<Credential> CREDENTIAL = new Kind<>() {
        @Override
        public void put(Credential value, CacheEntry.Builder entry) {
            entry.setCredential(CachedCredential.newBuilder().setCredential(AccessWire.toProto(value)));
        }

        @Override
        public Credential get(CacheEntry entry) {
            CachedCredential cached = entry.getCredential();
            return cached.hasCredential() ? AccessWire.fromProto(cached.getCredential())
                : new Credential("user " + cached.getUserId(), OptionalLong.of(cached.getUserId()), Rights.ALL, true,
                    AccessWire.instant(cached.getExpiresMs()), Presence.ANY);
        }
    };

    static final Kind<Access> ACCESS = new Kind<>() {
        @Override
        public void put(Access value, CacheEntry.Builder entry) {
            entry.setAccess(CachedAccess.newBuilder().setUser(AdminWire.toProto(value.user()))
                .addAllGrants(value.grants().stream().map(AdminWire::toProto).toList()));
        }

        @Override
        public Access get(CacheEntry entry) {
            return new Access(AdminWire.fromProto(entry.getAccess().getUser()),
                entry.getAccess().getGrantsList().stream().map(AdminWire::fromProto).toList());
        }
    };

    static final Kind<Repository> REPOSITORY = new Kind<>() {
        @Override
        public void put(Repository value, CacheEntry.Builder entry) {
            entry.setRepo(AdminWire.toProto(value));
        }

        @Override
        public Repository get(CacheEntry entry) {
            return AdminWire.fromProto(entry.getRepo());
        }
    };

    static final Kind<ClusterMap> CLUSTER = new Kind<>() {
        @Override
        public void put(ClusterMap value, CacheEntry.Builder entry) {
            entry.setCluster(CachedCluster.newBuilder()
                .addAllNodes(value.nodes().stream().map(CacheFormat::node).toList())
                .addAllShards(value.shards().stream().map(CacheFormat::shard).toList()));
        }

        @Override
        public ClusterMap get(CacheEntry entry) {
            return new ClusterMap(
                entry.getCluster().getNodesList().stream().map(CacheFormat::node).toList(),
                entry.getCluster().getShardsList().stream().map(CacheFormat::shard).toList());
        }
    };

    static final Kind<LiveValues> LIVE = new Kind<>() {
        @Override
        public void put(LiveValues value, CacheEntry.Builder entry) {
            entry.setLive(value.toProto());
        }

        @Override
        public LiveValues get(CacheEntry entry) {
            return LiveValues.fromProto(entry.getLive());
        }
    };

    static final Kind<MigrationPlan> MIGRATION = new Kind<>() {
        @Override
        public void put(MigrationPlan value, CacheEntry.Builder entry) {
            entry.setMigration(CachedMigration.newBuilder()
                .addAllUpstreams(value.upstreams().stream().map(UpstreamsWire::toProto).toList())
                .addAllRules(value.rules().stream().map(UpstreamsWire::toProto).toList()));
        }

        @Override
        public MigrationPlan get(CacheEntry entry) {
            return new MigrationPlan(
                entry.getMigration().getUpstreamsList().stream().map(UpstreamsWire::fromProto).toList(),
                entry.getMigration().getRulesList().stream().map(UpstreamsWire::fromProto).toList());
        }
    };

    private CacheFormat() {
    }

    private static CachedNode node(Node node) {
        return CachedNode.newBuilder().setName(node.id().value()).setZone(node.zone()).setAddress(node.address())
            .setIncarnation(node.incarnation().map(Incarnation::value).orElse("")).build();
    }

    private static Node node(CachedNode node) {
        return new Node(new NodeId(node.getName()), node.getZone(), node.getAddress(),
            node.getIncarnation().isEmpty() ? Optional.empty() : Optional.of(new Incarnation(node.getIncarnation())));
    }

    private static CachedShard shard(Shard shard) {
        return CachedShard.newBuilder().setName(shard.name())
            .addAllNodes(shard.nodes().stream().map(NodeId::value).toList()).build();
    }

    private static Shard shard(CachedShard shard) {
        return new Shard(shard.getName(), shard.getNodesList().stream().map(NodeId::new).toList());
    }

    /** Whether it is a credential that does not work any more at that time. */
    static boolean hasEnded(CacheEntry entry, Instant now) {
        long expires = entry.getCredential().getCredential().getExpiresMs();
        return expires != 0 && expires <= now.toEpochMilli();
    }

    /** The entry in those bytes; empty: they are none, which a cache may forget. */
    static Optional<CacheEntry> parse(byte[] bytes) {
        try {
            return Optional.of(CacheEntry.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }
}
