package dev.trine.server.pkt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.eclipse.jgit.lib.BatchingProgressMonitor;

/** Progress in Git's words, and the place where work stops when nobody waits for it any more. */
public abstract class GitProgress extends BatchingProgressMonitor {
    private static final int STEPS_BETWEEN_PROBES = 4096;

    private int steps;

    /** Takes a line about a task, ended by a carriage return or a line feed. */
    protected abstract void show(String task, String text) throws IOException;

    /** Throws if nobody waits for the work any more. */
    protected abstract void probe() throws IOException;

    @Override
    public final void update(int completed) {
        super.update(completed);
        steps += completed;
        if (steps >= STEPS_BETWEEN_PROBES) {
            steps = 0;
            run(this::probe);
        }
    }

    @Override
    protected final void onUpdate(String task, int done, Duration duration) {
        run(() -> show(task, task + ": " + done + "   \r"));
    }

    @Override
    protected final void onEndTask(String task, int done, Duration duration) {
        run(() -> show(task, task + ": " + done + ", done.\n"));
    }

    @Override
    protected final void onUpdate(String task, int done, int total, int percent, Duration duration) {
        run(() -> show(task, percentage(task, done, total, percent) + "   \r"));
    }

    @Override
    protected final void onEndTask(String task, int done, int total, int percent, Duration duration) {
        run(() -> show(task, percentage(task, done, total, percent) + ", done.\n"));
    }

    private static String percentage(String task, int done, int total, int percent) {
        return String.format("%s: %3d%% (%d/%d)", task, percent, done, total);
    }

    /** Progress methods cannot throw what a broken stream throws: it travels unchecked. */
    private static void run(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }
}
