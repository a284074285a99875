package dev.trine.server.receive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.eclipse.jgit.lib.BatchingProgressMonitor;

/** Shows on the client's terminal, about once a second, how far the server is: as Git does, not while it receives. */
final class PushProgress extends BatchingProgressMonitor {
    private static final String SILENT = "Receiving objects";

    private final ClientOutput client;

    PushProgress(ClientOutput client) {
        this.client = client;
    }

    @Override
    protected void onUpdate(String task, int done, Duration elapsed) {
        show(task, task + ": " + done + "\r");
    }

    @Override
    protected void onEndTask(String task, int done, Duration elapsed) {
        show(task, task + ": " + done + ", done.\n");
    }

    @Override
    protected void onUpdate(String task, int done, int total, int percent, Duration elapsed) {
        show(task, share(task, done, total, percent) + "\r");
    }

    @Override
    protected void onEndTask(String task, int done, int total, int percent, Duration elapsed) {
        show(task, share(task, done, total, percent) + ", done.\n");
    }

    private static String share(String task, int done, int total, int percent) {
        return String.format("%s: %3d%% (%d/%d)", task, percent, done, total);
    }

    private void show(String task, String line) {
        if (task.startsWith(SILENT)) {
            return;
        }
        try {
            client.message(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
