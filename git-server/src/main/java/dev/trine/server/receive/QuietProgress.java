package dev.trine.server.receive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/** Shows nothing, but keeps the connection alive while the server works on a pack, as Git's receive.keepAlive does. */
final class QuietProgress extends EmptyProgressMonitor {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final String SILENT = "Receiving objects";

    private final ClientOutput client;
    private boolean receiving;
    private long lastNanos = System.nanoTime();

    QuietProgress(ClientOutput client) {
        this.client = client;
    }

    @Override
    public synchronized void beginTask(String title, int totalWork) {
        receiving = title.startsWith(SILENT);
    }

    @Override
    public synchronized void update(int completed) {
        long now = System.nanoTime();
        if (receiving || now - lastNanos < INTERVAL.toNanos()) {
            return;
        }
        lastNanos = now;
        try {
            client.keepAlive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
