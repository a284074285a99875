package dev.trine.server;

import dev.trine.common.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An address that stays the same while the server behind it comes, goes and changes its port: passes connections on to
 * that server, or ends them at once while there is none.
 */
public final class Gate implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService pumps = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile OptionalInt behind = OptionalInt.empty();

    /** An address that leads nowhere yet. */
    public Gate() throws IOException {
        pumps.submit(this::accept);
    }

    /** Where clients connect to. */
    public HostPort address() {
        return new HostPort("127.0.0.1", door.getLocalPort());
    }

    /** From now on it leads to that port of this machine. */
    public void leadTo(int port) {
        behind = OptionalInt.of(port);
    }

    /** From now on it leads nowhere; connections end. */
    public void shut() {
        behind = OptionalInt.empty();
        open.forEach(Gate::end);
    }

    private Void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            pumps.submit(() -> connect(client));
        }
    }

    private void connect(Socket client) {
        try (client) {
            OptionalInt port = behind;
            if (port.isEmpty()) {
                return;
            }
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port.getAsInt())) {
                open.add(client);
                open.add(server);
                if (behind.isEmpty()) {
                    return;
                }
                var answers = pumps.submit(() -> pump(server, client));
                pump(client, server);
                answers.get();
            }
        } catch (Exception e) {
            // one end is gone, and with it the connection
        } finally {
            open.remove(client);
        }
    }

    private Void pump(Socket from, Socket to) throws IOException {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            return null;
        } finally {
            open.remove(from);
            end(from);
            end(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        shut();
        door.close();
        pumps.shutdownNow();
    }
}
