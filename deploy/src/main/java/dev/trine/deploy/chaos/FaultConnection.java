package dev.trine.deploy.chaos;

import dev.trine.deploy.chaos.LinkState.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through a fault link: for each direction a thread that reads, and one that writes when it may. */
final class FaultConnection {
    private static final int CHUNK_BYTES = 16 * 1024;
    /** What is under way in a direction at most; then the sender waits, as for a full TCP window. */
    private static final int CHUNKS_MAX = 64;

    private final FaultLink link;
    private final Socket client;
    private final Socket server;

    FaultConnection(FaultLink link, Socket client, Socket server) {
        this.link = link;
        this.client = client;
        this.server = server;
    }

    /** Bytes and when they were read; none: the sender has closed. */
    private record Chunk(byte[] bytes, long readNanos) {
    }

    /** Forwards both ways on threads of its own, and says when both have ended. */
    void run(ExecutorService threads, Runnable whenOver) {
        AtomicInteger directions = new AtomicInteger(2);
        Runnable over = () -> {
            if (directions.decrementAndGet() == 0) {
                close(client);
                close(server);
                whenOver.run();
            }
        };
        pump(threads, client, server, Direction.FORTH, over);
        pump(threads, server, client, Direction.BACK, over);
    }

    private void pump(ExecutorService threads, Socket from, Socket to, Direction direction, Runnable over) {
        BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(CHUNKS_MAX);
        threads.submit(() -> {
            read(from, underWay);
            return null;
        });
        threads.submit(() -> {
            try {
                write(underWay, to, direction);
            } catch (IOException | InterruptedException broken) {
                // one side has gone: the other is told in the way TCP has for it
                reset();
                underWay.clear();
            } finally {
                over.run();
            }
            return null;
        });
    }

    private void read(Socket from, BlockingQueue<Chunk> underWay) throws InterruptedException {
        try {
            from.setTcpNoDelay(true);
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[CHUNK_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                underWay.put(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime()));
            }
        } catch (IOException broken) {
            reset();
        }
        underWay.put(new Chunk(new byte[0], System.nanoTime()));
    }

    private void write(BlockingQueue<Chunk> underWay, Socket to, Direction direction)
        throws IOException, InterruptedException {
        OutputStream out = to.getOutputStream();
        while (true) {
            Chunk chunk = underWay.take();
            LinkState state = link.passage(direction);
            long wait = chunk.readNanos() + state.delay().toNanos() - System.nanoTime();
            if (wait > 0) {
                link.touch();
                TimeUnit.NANOSECONDS.sleep(wait);
            }
            if (chunk.bytes().length == 0) {
                to.shutdownOutput();
                return;
            }
            out.write(chunk.bytes());
            if (state.bytesPerSecond() > 0) {
                link.touch();
                TimeUnit.NANOSECONDS.sleep(chunk.bytes().length * TimeUnit.SECONDS.toNanos(1) / state.bytesPerSecond());
            }
        }
    }

    /** Ends it as a firewall does: both sides see a reset. */
    void reset() {
        reset(client);
        reset(server);
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException closedAlready) {
            // then there is nobody to tell
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // closed is what it should be
        }
    }
}
