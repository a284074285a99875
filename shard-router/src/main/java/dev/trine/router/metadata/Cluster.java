package dev.trine.router.metadata;

import dev.trine.common.model.Incarnation;
import dev.trine.common.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The nodes and the shards that they form. */
public final class Cluster {
    private final Database database;

    Cluster(Database database) {
        this.database = database;
    }

    /** All nodes, in order of name. */
    public List<Node> nodes() {
        return database.with(handle -> handle
            .createQuery("SELECT name, zone, address, incarnation FROM nodes ORDER BY name")
            .map((row, at) -> new Node(new NodeId(row.getString("name")), row.getString("zone"),
                row.getString("address"), Optional.ofNullable(row.getString("incarnation")).map(Incarnation::new)))
            .list());
    }

    /** All shards, in order of name. */
    public List<Shard> shards() {
        return database.with(Cluster::readShards);
    }

    private static List<Shard> readShards(Handle handle) {
        Map<String, TreeMap<Integer, NodeId>> nodes = new TreeMap<>();
        handle.createQuery("SELECT shard, slot, node FROM shard_nodes").map((row, at) -> nodes
            .computeIfAbsent(row.getString("shard"), shard -> new TreeMap<>())
            .put(row.getInt("slot"), new NodeId(row.getString("node")))).list();
        return nodes.entrySet().stream()
            .map(shard -> new Shard(shard.getKey(), List.copyOf(shard.getValue().values()))).toList();
    }

    /** Adds a node, or gives it another zone and address; its registered disk stays. */
    public void putNode(NodeId name, String zone, String address) {
        database.with(handle -> handle.createUpdate("INSERT INTO nodes (name, zone, address)"
                + " VALUES (:name, :zone, :address)"
                + " ON DUPLICATE KEY UPDATE zone = VALUES(zone), address = VALUES(address)")
            .bind("name", name.value()).bind("zone", zone).bind("address", address).execute());
    }

    /** Registers the disk that a node was first seen with; without effect when one is registered. */
    public void pin(NodeId name, Incarnation incarnation) {
        database.with(handle -> handle
            .createUpdate("UPDATE nodes SET incarnation = :disk WHERE name = :name AND incarnation IS NULL")
            .bind("disk", incarnation.value()).bind("name", name.value()).execute());
    }

    /** Adds a node; false: there is one of that name. */
    public boolean addNode(NodeId name, String zone, String address) {
        return database.with(handle -> handle.createUpdate("INSERT IGNORE INTO nodes (name, zone, address)"
                + " VALUES (:name, :zone, :address)")
            .bind("name", name.value()).bind("zone", zone).bind("address", address).execute()) > 0;
    }

    /** Puts one node into the place of another in every shard that has the other but not the one. */
    static void changePlaces(Handle handle, NodeId leaving, NodeId joining) {
        readShards(handle).stream().filter(shard -> shard.nodes().contains(leaving)
            && !shard.nodes().contains(joining)).forEach(shard -> handle
                .createUpdate("UPDATE shard_nodes SET node = :joining WHERE shard = :shard AND node = :leaving")
                .bind("joining", joining.value()).bind("leaving", leaving.value()).bind("shard", shard.name())
                .execute());
    }

    /** Number of repositories per node that have a member there whose disk is not the registered one. */
    public Map<NodeId, Long> onLostDisks() {
        return database.with(handle -> {
            Map<NodeId, Long> counts = new TreeMap<>();
            handle.createQuery("SELECT m.node, COUNT(*) AS repositories FROM replicas m JOIN nodes n ON n.name = m.node"
                    + " WHERE m.incarnation <> n.incarnation GROUP BY m.node")
                .map((row, at) -> counts.put(new NodeId(row.getString("node")), row.getLong("repositories"))).list();
            return counts;
        });
    }

    /** Adds a shard unless it exists, and returns what then is stored under its name. */
    public Shard putShard(Shard shard) {
        return database.inTransaction(handle -> {
            int added = handle.createUpdate("INSERT IGNORE INTO shards (name) VALUES (:name)")
                .bind("name", shard.name()).execute();
            if (added > 0) {
                for (int slot = 0; slot < Shard.NODES; slot++) {
                    handle.createUpdate("INSERT INTO shard_nodes (shard, slot, node) VALUES (:shard, :slot, :node)")
                        .bind("shard", shard.name()).bind("slot", slot)
                        .bind("node", shard.nodes().get(slot).value()).execute();
                }
            }
            return readShards(handle).stream().filter(stored -> stored.name().equals(shard.name())).findFirst()
                .orElseThrow(() -> new IllegalStateException("shard " + shard.name() + " is stored without nodes"));
        });
    }
}
