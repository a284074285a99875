package dev.trine.server.rpc;

import dev.trine.common.config.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a node's bulk port that counts what the node sends, and can be cut or blocked. */
final class BulkPath implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile long cutAfter = Long.MAX_VALUE;
    private volatile long stallAfter = Long.MAX_VALUE;
    private volatile boolean held;
    private volatile int port;

    BulkPath() throws IOException {
        threads.submit(this::accept);
    }

    HostPort address() {
        return new HostPort("127.0.0.1", door.getLocalPort());
    }

    /** It has to lead somewhere before anybody connects. */
    void leadTo(int nodePort) {
        port = nodePort;
    }

    /** What the node has sent. */
    long bytes() {
        return bytes.get();
    }

    int connections() {
        return sockets.size();
    }

    /** Takes connections and leads them nowhere. */
    void hold() {
        held = true;
    }

    /** Cuts connections once the node has sent so much. */
    void cutAfter(long count) {
        cutAfter = count;
    }

    /** Carries no more once the node has sent so much. */
    void stallAfter(long count) {
        stallAfter = count;
    }

    @Override
    public void close() throws IOException {
        door.close();
        threads.shutdownNow();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Void accept() throws IOException {
        while (true) {
            Socket from = door.accept();
            sockets.add(from);
            if (!held) {
                Socket to = new Socket("127.0.0.1", port);
                sockets.add(to);
                threads.submit(() -> up(from, to));
                threads.submit(() -> down(to, from));
            }
        }
    }

    private Void up(Socket from, Socket to) throws IOException {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
        return null;
    }

    private Void down(Socket from, Socket to) throws IOException, InterruptedException {
        byte[] buffer = new byte[64 << 10];
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                long all = bytes.addAndGet(count);
                if (all > cutAfter) {
                    return null;
                }
                if (all > stallAfter) {
                    never.await();
                }
                out.write(buffer, 0, count);
            }
        }
        return null;
    }
}
