package dev.trine.router.replacement;

import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Replacement;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Probes;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on every replacement that is open and that no other router works on. The router that leads one renews its term;
 * when it stops doing so, another one goes on from what is there. Two that both believe to lead do no harm.
 */
public final class ReplacementWork implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplacementWork.class);
    private static final Duration TERM = Duration.ofSeconds(5);
    private static final Duration PAUSE_MIN = Duration.ofMillis(50);

    private final Metadata metadata;
    private final Directory directory;
    private final MoveCalls calls;
    private final Clock clock;
    private final OpenReplacement.Settings settings;
    private final Duration interval;
    private final String router = UUID.randomUUID().toString();
    private final Map<Long, OpenReplacement> led = new ConcurrentHashMap<>();
    private final Semaphore wake = new Semaphore(0);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Prepares the work.
     *
     * @param parallel repositories moved at once, per replacement
     * @param interval how often open replacements are looked for, and a term is renewed
     * @param heard    within that time, every router has heard of a change of the nodes
     */
    public ReplacementWork(Metadata metadata, Directory directory, Probes probes, NodeCalls calls, Nodes nodes,
                           Clock clock, int parallel, Duration interval, Duration heard) {
        this.metadata = metadata;
        this.directory = directory;
        this.calls = new MoveCalls(probes, calls, nodes);
        this.clock = clock;
        this.settings = new OpenReplacement.Settings(parallel, heard);
        this.interval = interval;
    }

    /** Begins. */
    public void start() {
        threads.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    lookForWork();
                } catch (MetadataAwayException away) {
                    log.atDebug().log("replacements go on as they were, the metadata database is away");
                } catch (RuntimeException e) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("the router is stopping");
                    }
                    log.atError().setCause(e).log("looking for replacements failed once");
                }
                wake.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
                wake.drainPermits();
            }
            return null;
        });
    }

    /** One was begun, or taken back: looks at once. */
    void lookNow() {
        wake.release();
    }

    private void lookForWork() {
        List<Replacement> open = metadata.replacements().open();
        Map<Long, Replacement> byId = new HashMap<>(open.stream()
            .collect(Collectors.toMap(Replacement::id, Function.identity())));
        led.forEach((id, work) -> {
            if (!byId.containsKey(id)) {
                work.breakOff();
            }
        });
        for (Replacement replacement : open) {
            boolean mine = metadata.replacements().lead(replacement, router, TERM);
            OpenReplacement work = led.get(replacement.id());
            if (work != null) {
                work.is(replacement);
                if (!mine) {
                    work.breakOff();
                }
            } else if (mine) {
                begin(replacement);
            }
        }
    }

    private void begin(Replacement replacement) {
        OpenReplacement work = new OpenReplacement(replacement, metadata, directory, calls, settings);
        led.put(replacement.id(), work);
        log.atInfo().addKeyValue("leaving", replacement.leaving()).addKeyValue("joining", replacement.joining())
            .addKeyValue("state", replacement.state()).log("replacement is worked on");
        threads.submit(() -> {
            try {
                carryOut(work, replacement);
            } finally {
                led.remove(replacement.id());
            }
            return null;
        });
    }

    private void carryOut(OpenReplacement work, Replacement begun) throws InterruptedException {
        while (work.isLeading()) {
            Duration pause = interval;
            try {
                if (work.pass(age(begun)) && metadata.replacements().end(work.replacement())) {
                    log.atInfo().addKeyValue("leaving", begun.leaving()).addKeyValue("joining", begun.joining())
                        .log("replacement has ended");
                    return;
                }
                pause = pause(settings.settle().minus(age(begun)));
            } catch (MetadataAwayException away) {
                log.atDebug().log("a replacement waits for the metadata database");
            } catch (RuntimeException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("the router is stopping");
                }
                log.atError().setCause(e).log("a replacement failed once");
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
    }

    private Duration age(Replacement replacement) {
        return Duration.between(replacement.begun(), clock.instant());
    }

    /** Until the replacement may end, within bounds: what is left over is then looked for once more. */
    private Duration pause(Duration untilSettled) {
        Duration least = untilSettled.compareTo(PAUSE_MIN) < 0 ? PAUSE_MIN : untilSettled;
        return least.compareTo(interval) < 0 ? least : interval;
    }

    @Override
    public void close() throws InterruptedException {
        led.values().forEach(OpenReplacement::breakOff);
        threads.shutdownNow();
        threads.awaitTermination(TERM.toSeconds(), TimeUnit.SECONDS);
    }
}
