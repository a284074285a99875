package dev.trine.server.pkt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import org.eclipse.jgit.lib.BatchingProgressMonitor;

/**
 * Progress on the side-band, in Git's form, and the place where work stops when the client has gone. A client that
 * wants no progress gets empty packets instead, at the same pace.
 */
public final class SideBandProgress extends BatchingProgressMonitor {
    private static final int STEPS_BETWEEN_PROBES = 4096;

    private final SideBand band;
    private final Audience audience;
    private final Set<String> silent;
    private int steps;

    /**
     * Progress for that audience.
     *
     * @param silent tasks during which nothing is sent: those that the client itself shows the progress of
     */
    public SideBandProgress(SideBand band, Audience audience, Set<String> silent) {
        this.band = band;
        this.audience = audience;
        this.silent = silent;
    }

    @Override
    public void update(int completed) {
        super.update(completed);
        steps += completed;
        if (steps >= STEPS_BETWEEN_PROBES) {
            steps = 0;
            run(band::probe);
        }
    }

    @Override
    protected void onUpdate(String task, int done, Duration duration) {
        show(task, task + ": " + done + "   \r");
    }

    @Override
    protected void onEndTask(String task, int done, Duration duration) {
        show(task, task + ": " + done + ", done.\n");
    }

    @Override
    protected void onUpdate(String task, int done, int total, int percent, Duration duration) {
        show(task, percentage(task, done, total, percent) + "   \r");
    }

    @Override
    protected void onEndTask(String task, int done, int total, int percent, Duration duration) {
        show(task, percentage(task, done, total, percent) + ", done.\n");
    }

    private static String percentage(String task, int done, int total, int percent) {
        return String.format("%s: %3d%% (%d/%d)", task, percent, done, total);
    }

    private void show(String task, String text) {
        if (silent.contains(task)) {
            return;
        }
        switch (audience) {
            case USER -> run(() -> band.message(text));
            case NOBODY -> run(band::keepAlive);
        }
    }

    /** Progress methods cannot throw what a broken stream throws: it travels unchecked. */
    private static void run(Write write) {
        try {
            write.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Who reads the progress. */
    public enum Audience {
        /** The user at the client's terminal. */
        USER,
        /** Nobody: the client is quiet. */
        NOBODY
    }

    private interface Write {
        void write() throws IOException;
    }
}
