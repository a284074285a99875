package dev.trine.common.bulk;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The node's end of one answer's bulk bytes: offered at first, and usable once a front door has come for it. One thread
 * sends; any may close.
 */
public final class BulkTransfer implements AutoCloseable {
    private static final int CHECKS_PER_IDLE_MAX = 4;

    private final BulkToken token;
    private final Duration idleMax;
    private final ScheduledExecutorService watch;
    private final Runnable withdraw;
    private volatile @Nullable BulkSocket connection;
    private volatile long waitsSinceNanos;
    private volatile boolean waits;
    private volatile boolean stalled;
    private @Nullable ScheduledFuture<?> check;
    private boolean closed;

    BulkTransfer(BulkToken token, Duration idleMax, ScheduledExecutorService watch, Runnable withdraw) {
        this.token = token;
        this.idleMax = idleMax;
        this.watch = watch;
        this.withdraw = withdraw;
    }

    /** What the front door has to show. */
    public BulkToken token() {
        return token;
    }

    /** Whether it has come. */
    public boolean isConnected() {
        return connection != null;
    }

    /** Whether it took nothing for too long, and was cut for that. */
    public boolean isStalled() {
        return stalled;
    }

    /**
     * Sends the content of an array as one frame, and waits until the kernel has it.
     *
     * @param frame room for the header, which is overwritten, and the content
     * @param end   where the content ends; at most {@link BulkFrame#BYTES_MAX}
     * @throws IOException the connection is cut, or was before
     */
    public void send(byte[] frame, int end) throws IOException {
        BulkFrame.writeLength(frame, end - BulkFrame.HEADER_BYTES);
        waitsSinceNanos = System.nanoTime();
        waits = true;
        try {
            out().write(frame, 0, end);
        } finally {
            waits = false;
        }
    }

    /** Says that this was all, and closes. */
    public void end() throws IOException {
        send(new byte[BulkFrame.HEADER_BYTES], BulkFrame.HEADER_BYTES);
        close();
    }

    /** Withdraws the offer or cuts the connection; whoever reads sees that something is missing, unless it ended. */
    @Override
    public synchronized void close() {
        closed = true;
        withdraw.run();
        if (check != null) {
            check.cancel(false);
        }
        if (connection != null) {
            connection.cut();
        }
    }

    synchronized void connected(BulkSocket came) {
        if (closed) {
            came.cut();
            return;
        }
        connection = came;
        long nanos = Math.max(1, idleMax.dividedBy(CHECKS_PER_IDLE_MAX).toNanos());
        check = watch.scheduleWithFixedDelay(this::check, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        if (waits && System.nanoTime() - waitsSinceNanos > idleMax.toNanos()) {
            stalled = true;
            close();
        }
    }

    private OutputStream out() throws IOException {
        BulkSocket to = connection;
        if (to == null) {
            throw new IllegalStateException("nobody has come for the bytes");
        }
        return to.out();
    }
}
