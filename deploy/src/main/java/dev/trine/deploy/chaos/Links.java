package dev.trine.deploy.chaos;

import dev.trine.common.lifecycle.Closer;
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

    /** Opens the lines for services that will listen on those ports. */
    static Links open(Map<String, Integer> nodes, List<Integer> routers, Optional<Integer> database)
        throws IOException {
        Links all = new Links();
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
        link(from, to).become(link(from, to).state().withCut(true, false));
        if (links.containsKey(name(to, from))) {
            link(to, from).become(link(to, from).state().withCut(false, true));
        }
    }

    /** Loses everything between a node and all others. */
    void isolate(String node) {
        change(node, state -> state.withCut(true, true));
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
        links.values().forEach(link -> link.become(LinkState.HEALTHY));
    }

    /** Names of the lines that lose something. */
    List<String> cut() {
        return links.values().stream().filter(link -> link.state().cutForth() || link.state().cutBack())
            .map(FaultLink::name).toList();
    }

    /** How often a fault was done to something. */
    long touched() {
        return links.values().stream().mapToLong(FaultLink::touched).sum();
    }

    @Override
    public void close() throws Exception {
        closer.close();
    }
}
