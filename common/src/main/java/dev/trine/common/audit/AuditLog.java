package dev.trine.common.audit;

import dev.trine.common.config.ByteSize;
import dev.trine.common.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's audit in files. Whoever records something goes on at once; a thread writes what waits, in the order in
 * which it was recorded, and syncs it within a bounded time. What a disk refuses is tried again and again.
 */
public final class AuditLog implements Audit {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int BATCH_MAX = 1000;
    private static final ByteSize BATCH_SIZE_MAX = new ByteSize(1 << 20);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final AuditSettings settings;
    private final AuditWriter writer;
    private final Clock clock;
    private final Duration closeMax;
    private final AuditQueue queue;
    private final AtomicLong lost = new AtomicLong();
    private final Deque<AuditQueue.Noted> batch = new ArrayDeque<>(); // the writing thread's
    private final Thread thread;
    private long unsyncedSinceNanos;
    private volatile boolean failing;

    private AuditLog(AuditSettings settings, AuditWriter writer, Clock clock, Duration closeMax) {
        this.settings = settings;
        this.writer = writer;
        this.clock = clock;
        this.closeMax = closeMax;
        this.queue = new AuditQueue(settings.queueMax(), settings.queueSizeMax());
        this.thread = Thread.ofPlatform().name("audit").daemon().unstarted(this::run);
    }

    /**
     * Opens a service's audit, or says in the log that it keeps none.
     *
     * @param service its name, as it stands in lines
     * @throws StartException its directory cannot be used
     */
    public static Audit open(AuditSettings settings, String service, Clock clock) throws StartException {
        if (settings.dir().isEmpty()) {
            LOG.atWarn().addKeyValue("service", service)
                .log("no audit is kept of who does what here; set audit.dir to keep one");
            return NONE;
        }
        return inFiles(settings.dir().get(), settings, service, clock, CLOSE_MAX);
    }

    /** As {@link #open}; its end waits so long for the disk. */
    static AuditLog inFiles(Path directory, AuditSettings settings, String service, Clock clock, Duration closeMax)
        throws StartException {
        AuditWriter writer = AuditWriter.open(directory, settings, service, clock.instant());
        AuditLog log = new AuditLog(settings, writer, clock, closeMax);
        for (String finding : writer.findings()) {
            LOG.atError().addKeyValue("directory", directory).addKeyValue("finding", finding)
                .log("the audit was not as its service left it");
            log.own(AuditResult.BROKEN, finding);
        }
        log.own(AuditResult.OK, "the service starts");
        log.thread.start();
        return log;
    }

    private void own(AuditResult result, String sentence) {
        batch.add(new AuditQueue.Noted(clock.instant(),
            new AuditEvent(AuditAction.AUDIT, result, AuditActor.unknown("", "")).because(sentence)));
    }

    @Override
    public Optional<String> refusal() {
        boolean refuses = settings.whenFull() == WhenFull.REFUSE && (failing || queue.isHalfFull());
        return refuses ? Optional.of("this service cannot write down who does what, and does nothing without it"
            + " (audit.when-full: refuse); try again in a moment, or ask an administrator to make room in audit.dir")
            : Optional.empty();
    }

    @Override
    public void record(AuditEvent event) {
        if (!queue.offer(new AuditQueue.Noted(clock.instant(), event)) && lost.getAndIncrement() == 0) {
            LOG.atError().addKeyValue("queue", settings.queueMax()).addKeyValue("size", settings.queueSizeMax())
                .log("the audit loses events: its disk does not take them, and audit.queue-max of them wait already, or"
                    + " audit.queue-size-max");
        }
    }

    /** How many events were lost since the last line that says so. */
    long lost() {
        return lost.get();
    }

    private void run() {
        try {
            while (!queue.isOver() || !batch.isEmpty()) {
                if (batch.isEmpty()) {
                    batch.addAll(queue.take(BATCH_MAX, BATCH_SIZE_MAX, untilSync()));
                }
                if (!write() && queue.isClosed()) {
                    LOG.atError().addKeyValue("events", batch.size()).log("the audit ends without its last events");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failing = true;
            LOG.atError().setCause(e).log("the audit has ended: a defect");
        }
    }

    private Duration untilSync() {
        Duration left = settings.syncMax().minusNanos(System.nanoTime() - unsyncedSinceNanos);
        return !writer.isUnsynced() ? PATIENCE : left.isNegative() ? Duration.ZERO : left;
    }

    /** Writes what was taken, and syncs if it is time to; false: the disk refuses. */
    private boolean write() throws InterruptedException {
        try {
            boolean wasSynced = !writer.isUnsynced();
            while (!batch.isEmpty()) {
                writer.append(batch.getFirst().at(), batch.getFirst().event());
                batch.removeFirst();
            }
            if (wasSynced) {
                unsyncedSinceNanos = System.nanoTime();
            }
            if (untilSync().isZero() || queue.isOver()) {
                writer.sync();
            }
            recovered();
            return true;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.atError().addKeyValue("waiting", batch.size()).setCause(e).log("the audit cannot be written");
            }
            queue.awaitClosed(RETRY_AFTER);
            return false;
        }
    }

    private void recovered() {
        if (failing) {
            failing = false;
            LOG.atWarn().log("the audit can be written again");
        }
        long count = lost.get();
        if (count > 0) {
            lost.addAndGet(-count);
            own(AuditResult.BROKEN, count + " events were lost: the audit's disk did not take them in time");
        }
    }

    /** Writes what waits, for a bounded time, and ends. */
    @Override
    public void close() throws IOException, InterruptedException {
        queue.close();
        thread.join(closeMax);
        if (thread.isAlive()) {
            LOG.atError().log("the audit ends without its last events: its disk does not answer");
            return;
        }
        writer.close();
    }
}
