package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Shows how far a replacement is until it ends, or until nothing is left but what cannot be moved: on a terminal in one
 * line that changes, else in a line now and then. A cluster that cannot be reached for a while is asked again.
 */
final class ReplacementWatch {
    private static final Duration LINE_EVERY = Duration.ofSeconds(5);
    private static final Duration STUCK_MAX = Duration.ofSeconds(6);
    private static final Duration AWAY_MAX = Duration.ofSeconds(60);

    private final Supplier<ReplacementView> ask;
    private final PrintWriter err;
    private final boolean inPlace;
    private final Duration poll;
    private final Pace bytes = new Pace();
    private final Pace repositories = new Pace();
    private int shownWidth;
    private long lastLineNanos;

    /**
     * Prepares to watch.
     *
     * @param ask     asks the cluster
     * @param inPlace the error output is a terminal: one line can take the place of the one before
     * @param poll    how often to ask
     */
    ReplacementWatch(Supplier<ReplacementView> ask, PrintWriter err, boolean inPlace, Duration poll) {
        this.ask = ask;
        this.err = err;
        this.inPlace = inPlace;
        this.poll = poll;
        this.lastLineNanos = System.nanoTime() - LINE_EVERY.toNanos();
    }

    /** Watches; returns what was seen last. */
    ReplacementView untilItEnds(ReplacementView first) {
        ReplacementView now = first;
        long answeredNanos = System.nanoTime();
        Optional<Long> stuckSinceNanos = Optional.empty();
        while (now.isOpen() && !isOver(stuckSinceNanos, STUCK_MAX)) {
            show(now);
            pause();
            try {
                now = ask.get();
                answeredNanos = System.nanoTime();
            } catch (CommandFailure away) {
                if (System.nanoTime() - answeredNanos > AWAY_MAX.toNanos()) {
                    throw new CommandFailure(away.getMessage() + "; the replacement goes on when a router runs, and the"
                        + " same command shows it again", away);
                }
            }
            stuckSinceNanos = now.isStuck() ? stuckSinceNanos.or(() -> Optional.of(System.nanoTime()))
                : Optional.empty();
        }
        clear();
        return now;
    }

    private static boolean isOver(Optional<Long> sinceNanos, Duration max) {
        return sinceNanos.filter(since -> System.nanoTime() - since > max.toNanos()).isPresent();
    }

    private void show(ReplacementView now) {
        long nanos = System.nanoTime();
        bytes.seen(nanos, now.bytesCopied());
        repositories.seen(nanos, now.repositoriesMoved());
        String line = now.progress() + bytes.perSecond().map(rate -> ", " + ReplacementView.mebibytes(rate) + " MiB/s")
            .orElse("") + left(now).map(left -> ", " + left.toSeconds() + " s left").orElse("")
            + (now.repositoriesBlocked() > 0 ? ", " + now.repositoriesBlocked() + " blocked" : "");
        if (inPlace) {
            err.print("\r" + line + " ".repeat(Math.max(0, shownWidth - line.length())));
            err.flush();
            shownWidth = line.length();
        } else if (nanos - lastLineNanos >= LINE_EVERY.toNanos()) {
            lastLineNanos = nanos;
            err.println("trine: " + line);
            err.flush();
        }
    }

    /** The longer of the two: many small repositories take their time, too. */
    private Optional<Duration> left(ReplacementView now) {
        Optional<Duration> copying = bytes.until(Math.max(0, now.bytesTotal() - now.bytesCopied()));
        Optional<Duration> moving = repositories.until(now.repositoriesLeft());
        return copying.isPresent() && moving.isPresent()
            ? Optional.of(copying.get().compareTo(moving.get()) > 0 ? copying.get() : moving.get())
            : copying.or(() -> moving);
    }

    private void clear() {
        if (inPlace && shownWidth > 0) {
            err.print("\r" + " ".repeat(shownWidth) + "\r");
            err.flush();
        }
    }

    private void pause() {
        try {
            Thread.sleep(poll);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted; the replacement goes on, and the same command shows it again", e);
        }
    }
}
