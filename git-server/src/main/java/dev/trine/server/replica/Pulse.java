package dev.trine.server.replica;

import dev.trine.common.model.PackName;
import dev.trine.server.repo.PackFiles;
import dev.trine.server.store.StagedPush;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time, for those who need it: ticks for replicas that wait for something and for peers that somebody waits for, and
 * once a second the housekeeping of what is in memory. Repositories that are not in memory cost nothing.
 */
final class Pulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final long TICK_MILLIS = 20;
    private static final long HOUSEKEEPING_MILLIS = 1_000;
    private static final Duration UNDECIDED_MAX = Duration.ofSeconds(8);

    private final GrpcPeers peers;
    private final LoadedReplicas replicas;
    private final CatchUp catchUp;
    private final Learners learners;
    private final Removals removals;
    private final ReplicaSettings settings;
    private final PackFiles files;
    private final ScheduledExecutorService ticks = Executors.newScheduledThreadPool(2,
        Thread.ofPlatform().daemon().name("pulse-", 1).factory());

    Pulse(GrpcPeers peers, LoadedReplicas replicas, CatchUp catchUp, Learners learners, Removals removals,
          ReplicaSettings settings, PackFiles files) {
        this.peers = peers;
        this.replicas = replicas;
        this.catchUp = catchUp;
        this.learners = learners;
        this.removals = removals;
        this.settings = settings;
        this.files = files;
    }

    void start() {
        ticks.execute(() -> guarded(learners::resume));
        removals.start(replicas);
        ticks.scheduleAtFixedRate(() -> guarded(this::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        ticks.scheduleWithFixedDelay(() -> guarded(this::keepHouse), HOUSEKEEPING_MILLIS, HOUSEKEEPING_MILLIS,
            TimeUnit.MILLISECONDS);
    }

    private void tick() {
        peers.all().forEach(GrpcPeer::tick);
        replicas.tick();
    }

    private void keepHouse() {
        replicas.unloadIdle(settings.idleUnload());
        learners.follow();
        removals.tick();
        long now = System.nanoTime();
        for (ReplicaLoop loop : replicas.all()) {
            boolean undecided = !loop.shown().tail().isEmpty();
            if (undecided && now - loop.activeNanos() > UNDECIDED_MAX.toNanos()) {
                catchUp.mayLook(loop.repo());
            }
            forgetAbandoned(loop);
        }
    }

    /** Pushes that were staged long ago and are in no log will not come any more. */
    private void forgetAbandoned(ReplicaLoop loop) {
        List<StagedPush> old = loop.staged().olderThan(Clock.systemUTC().instant().minus(settings.stagedKeep()));
        if (old.isEmpty()) {
            return;
        }
        loop.between(() -> {
            List<StagedPush> abandoned = old.stream().filter(staged -> loop.shown().tail().stream()
                .noneMatch(push -> push.pushId().equals(staged.push()))).toList();
            abandoned.forEach(staged -> loop.staged().unstage(staged.push()));
            List<PackName> packs = abandoned.stream().flatMap(staged -> staged.packs().stream()).toList();
            try {
                files.reap(loop.repo(), packs);
            } catch (IOException e) {
                LOG.atError().addKeyValue("repo", loop.repo()).setCause(e).log("abandoned packs not removed");
            }
        });
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            // a repeated task that throws would never run again
            LOG.atError().setCause(e).log("housekeeping failed, it goes on");
        }
    }

    @Override
    public void close() {
        ticks.shutdownNow();
    }
}
