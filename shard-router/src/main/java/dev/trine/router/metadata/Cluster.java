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
    private static final int EXAMPLES_MAX = 3;

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

    /** What came of removing a node. */
    public sealed interface Removal {
        /** It is forgotten. */
        record Removed() implements Removal {
        }

        /** There is none of that name. */
        record Unknown() implements Removal {
        }

        /** It belongs to a shard. */
        record InShard(String shard) implements Removal {
        }

        /** So many repositories have a member there, on whichever disk of it; these are some of them. */
        record Holds(long repositories, List<String> examples) implements Removal {
            public Holds {
                examples = List.copyOf(examples);
            }
        }

        /** A replacement is under way that it has a part in. */
        record Moving(Replacement open) implements Removal {
        }
    }

    /** Forgets a node that is in no shard, holds nothing, and is not being moved to or from. */
    public Removal removeNode(NodeId name) {
        return database.inTransaction(handle -> {
            boolean there = handle.createQuery("SELECT name FROM nodes WHERE name = :name FOR UPDATE")
                .bind("name", name.value()).mapTo(String.class).findOne().isPresent();
            Optional<Removal> obstacle = there ? obstacle(handle, name) : Optional.of(new Removal.Unknown());
            if (obstacle.isPresent()) {
                return obstacle.get();
            }
            handle.createUpdate("DELETE FROM nodes WHERE name = :name").bind("name", name.value()).execute();
            return new Removal.Removed();
        });
    }

    private static Optional<Removal> obstacle(Handle handle, NodeId name) {
        Optional<Replacement> open = Replacements.open(handle).stream().filter(replacement ->
            replacement.leaving().equals(name) || replacement.joining().node().equals(name)).findFirst();
        if (open.isPresent()) {
            return Optional.of(new Removal.Moving(open.get()));
        }
        Optional<Shard> shard = readShards(handle).stream().filter(has -> has.nodes().contains(name)).findFirst();
        if (shard.isPresent()) {
            return Optional.of(new Removal.InShard(shard.get().name()));
        }
        long held = handle.createQuery("SELECT COUNT(DISTINCT repository) FROM replicas WHERE node = :name")
            .bind("name", name.value()).mapTo(Long.class).one();
        return held == 0 ? Optional.empty() : Optional.of(new Removal.Holds(held, handle.createQuery("SELECT DISTINCT"
                + " r.path FROM repositories r JOIN replicas m ON m.repository = r.id WHERE m.node = :name"
                + " ORDER BY r.path LIMIT :limit").bind("name", name.value()).bind("limit", EXAMPLES_MAX)
            .mapTo(String.class).list()));
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
