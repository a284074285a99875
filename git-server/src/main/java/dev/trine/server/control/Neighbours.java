package dev.trine.server.control;

import com.google.protobuf.ByteString;
import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.common.rpc.RpcChannels;
import dev.trine.common.wire.Introduction;
import dev.trine.proto.NodeAddress;
import io.grpc.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the other nodes are: as the configuration says, and for nodes that it does not name as routers tell. So a node
 * can join a running cluster, and nobody's configuration has to change first. Called by many threads.
 */
public final class Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

    private final NodeId self;
    private final Map<NodeId, HostPort> configured;
    private final RpcChannels channels;
    private volatile Known known;

    /** All that is known, replaced as a whole. */
    private record Known(Map<NodeId, Channel> channels, ByteString introduced) {
    }

    /**
     * Knows what the configuration says; connects nowhere yet.
     *
     * @param configured other nodes' addresses
     * @param channels   owned by the caller
     */
    public Neighbours(NodeId self, Map<NodeId, HostPort> configured, RpcChannels channels) {
        this.self = self;
        this.configured = Map.copyOf(configured);
        this.channels = channels;
        this.known = new Known(channelsTo(configured), ByteString.EMPTY);
    }

    /** The channels to all other nodes, by name. */
    public Map<NodeId, Channel> channels() {
        return known.channels();
    }

    Optional<Channel> channel(NodeId node) {
        return Optional.ofNullable(known.channels().get(node));
    }

    /** Digest of what routers last told; empty: nothing yet. */
    ByteString introduced() {
        return known.introduced();
    }

    /** Takes what a router tells in place of what one told before, and hands all channels on. */
    synchronized void introduce(List<NodeAddress> nodes, Consumer<Map<NodeId, Channel>> told) {
        if (nodes.size() > Introduction.NODES_MAX) {
            throw new IllegalArgumentException("nodes: more than " + Introduction.NODES_MAX);
        }
        Map<NodeId, String> addresses = new HashMap<>();
        Map<NodeId, HostPort> others = new HashMap<>();
        for (NodeAddress node : nodes) {
            addresses.put(new NodeId(node.getNode()), node.getAddress());
            others.put(new NodeId(node.getNode()), HostPort.parse(node.getAddress()));
        }
        others.remove(self);
        others.putAll(configured);
        known = new Known(channelsTo(others), Introduction.digest(addresses));
        told.accept(known.channels());
        LOG.atInfo().addKeyValue("nodes", addresses.keySet().stream().sorted().toList()).log("told of the nodes");
    }

    private Map<NodeId, Channel> channelsTo(Map<NodeId, HostPort> addresses) {
        return addresses.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, node -> channels.to(node.getValue())));
    }
}
