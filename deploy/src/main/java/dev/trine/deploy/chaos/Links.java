package dev.trine.deploy.chaos;

import dev.trine.common.lifecycle.Closer;
import dev.trine.deploy.chaos.LinkState.Direction;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * All lines between the services, each of which can fail alone: from each git server to each other one, from routers
 * and proxies ("front") to each git server, from the proxies to the routers, from the routers to the database.
 */
final class Links implements AutoCloseable {
    /** Routers and proxies, which share their lines to the git servers: the routers tell the proxies the addresses. */
    static final String FRONT = "front";
    static final String ROUTERS = "routers";
    static final String DATABASE = "database";

    private final Closer closer = new Closer();
    private final Map<String, FaultLink> links = new LinkedHashMap<>();
    private final Optional<PacketFilter> filter;

    private Links(Optional<PacketFilter> filter) {
        this.filter = filter;
    }

    /**
     * Opens the lines for services that will listen on those ports.
     *
     * @param filter loses packets where there is one; else the lines hold bytes back
     */
    static Links open(Map<String, Integer> nodes, List<Integer> routers, Optional<Integer> database,
                      Optional<PacketFilter> filter) throws IOException {
        Links all = new Links(filter);
        for (Map.Entry<String, Integer> to : nodes.entrySet()) {
            all.add(FRONT, to.getKey(), List.of(to.getValue()));
            for (String from : nodes.keySet()) {
                if (!from.equals(to.getKey())) {
                    all.add(from, to.getKey(), List.of(to.getValue()));
                }
            }
        }
        all.add(FRONT, ROUTERS, routers);
        if (database.isPresent()) {
            all.add(FRONT, DATABASE, List.of(database.get()));
        }
        return all;
    }

    private void add(String from, String to, List<Integer> ports) throws IOException {
        String name = name(from, to);
        links.put(name, closer.open(FaultLink.open(name, ports)));
    }

    private static String name(String from, String to) {
        return from + ">" + to;
    }

    /** "host:port" by which one reaches the other. */
    String address(String from, String to) {
        return link(from, to).address();
    }

    private FaultLink link(String from, String to) {
        return links.get(name(from, to));
    }

    /** Loses everything that goes from one to the other, whoever connected. */
    void cutOneWay(String from, String to) {
        cut(link(from, to), Direction.FORTH);
        if (links.containsKey(name(to, from))) {
            cut(link(to, from), Direction.BACK);
        }
    }

    /** Loses everything between a node and all others. */
    void isolate(String node) {
        for (FaultLink link : ofNode(node).toList()) {
            cut(link, Direction.FORTH);
            cut(link, Direction.BACK);
        }
    }

    private void cut(FaultLink link, Direction direction) {
        if (filter.isPresent()) {
            filter.get().lose(link.port(), direction);
        } else {
            link.become(link.state().withCut(direction == Direction.FORTH, direction == Direction.BACK));
        }
    }

    /** Lays the same on all lines from and to a node. */
    void change(String node, UnaryOperator<LinkState> change) {
        ofNode(node).forEach(link -> link.become(change.apply(link.state())));
    }

    private Stream<FaultLink> ofNode(String node) {
        return links.values().stream()
            .filter(link -> link.name().startsWith(node + ">") || link.name().endsWith(">" + node));
    }

    /** Ends every fault on every line. */
    void heal() {
        filter.ifPresent(PacketFilter::heal);
        links.values().forEach(link -> link.become(LinkState.HEALTHY));
    }

    /** Names of the lines that lose something. */
    List<String> cut() {
        return links.values().stream().filter(link -> link.state().cutForth() || link.state().cutBack())
            .map(FaultLink::name).toList();
    }

    /** How often a fault was done to something. */
    long touched() {
        return links.values().stream().mapToLong(FaultLink::touched).sum()
            + filter.map(PacketFilter::lost).orElse(0L);
    }

    @Override
    public void close() throws Exception {
        closer.close();
    }
}
