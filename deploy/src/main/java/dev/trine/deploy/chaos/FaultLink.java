package dev.trine.deploy.chaos;

import dev.trine.deploy.chaos.LinkState.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection line between two services, on which faults can be laid: listens on a loopback port and forwards each
 * connection to the first of its targets that accepts it, in turn. Works without any right on the machine.
 */
final class FaultLink implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int CONNECT_MAX_MILLIS = 2_000;

    private final String name;
    private final List<InetSocketAddress> targets;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<FaultConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong touched = new AtomicLong();
    private final Object change = new Object();
    private volatile LinkState state = LinkState.HEALTHY;

    private FaultLink(String name, List<InetSocketAddress> targets, ServerSocket listener) {
        this.name = name;
        this.targets = List.copyOf(targets);
        this.listener = listener;
    }

    /** Listens on any free port. */
    static FaultLink open(String name, List<Integer> targetPorts) throws IOException {
        List<InetSocketAddress> targets = targetPorts.stream()
            .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).toList();
        FaultLink link = new FaultLink(name, targets,
            new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        link.threads.submit(link::accept);
        return link;
    }

    String name() {
        return name;
    }

    /** "host:port" where it listens. */
    String address() {
        return "127.0.0.1:" + port();
    }

    int port() {
        return listener.getLocalPort();
    }

    LinkState state() {
        return state;
    }

    /** How many chunks of bytes or connections a fault has been done to so far. */
    long touched() {
        return touched.get();
    }

    /** Sets what happens from now on, to connections that exist too. */
    void become(LinkState next) {
        synchronized (change) {
            state = next;
            change.notifyAll();
        }
        if (next.refusing()) {
            for (FaultConnection connection : connections) {
                touched.incrementAndGet();
                connection.reset();
            }
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.submit(() -> connect(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException("the link " + name + " accepts no connections", e);
                }
            }
        }
    }

    private void connect(Socket client) {
        if (state.refusing()) {
            touched.incrementAndGet();
            FaultConnection.reset(client);
            return;
        }
        int first = Math.floorMod(turn.getAndIncrement(), targets.size());
        for (int i = 0; i < targets.size(); i++) {
            Socket server = new Socket();
            try {
                server.connect(targets.get((first + i) % targets.size()), CONNECT_MAX_MILLIS);
            } catch (IOException nobodyListens) {
                FaultConnection.reset(server);
                continue;
            }
            join(client, server);
            return;
        }
        FaultConnection.reset(client);
    }

    private void join(Socket client, Socket server) {
        FaultConnection connection = new FaultConnection(this, client, server);
        connections.add(connection);
        connection.run(threads, () -> connections.remove(connection));
    }

    /** Waits while the direction is cut; returns the state that then holds. */
    LinkState passage(Direction direction) throws InterruptedException {
        LinkState now = state;
        if (!now.isCut(direction)) {
            return now;
        }
        touched.incrementAndGet();
        synchronized (change) {
            while (state.isCut(direction)) {
                change.wait();
            }
            return state;
        }
    }

    /** A chunk was held back or slowed down. */
    void touch() {
        touched.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        connections.forEach(FaultConnection::reset);
        threads.shutdownNow();
    }
}
