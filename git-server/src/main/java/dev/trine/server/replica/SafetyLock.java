package dev.trine.server.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.Withdrawal;
import dev.trine.server.repo.StorageTrouble;
import dev.trine.server.repo.StorageTroubles;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Withdraws replicas whose Git storage misbehaves, has them repaired, and lets them take part again once everything in
 * them was read and verified. What is withdrawn is remembered by the replica itself; this remembers why, and what is
 * being done. Called by many threads.
 */
final class SafetyLock implements StorageTroubles.Watch, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SafetyLock.class);
    private static final int AT_ONCE_MAX = 2;
    private static final int PEERS_NEEDED = 2;
    private static final int REMEMBERED_MAX = 10_000;
    private static final Duration CALM_AFTER = Duration.ofMinutes(10);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final IntConsumer FULL_SPEED = bytes -> { };

    private final Member self;
    private final ReplicaStore store;
    private final LoadedReplicas loaded;
    private final GrpcPeers peers;
    private final StorageRepair repair;
    private final Backoff backoff;
    private final Clock clock;
    private final Consumer<RepoId> restored;
    private final Map<RepoId, Pin> pins = new ConcurrentHashMap<>();
    private final Set<RepoId> underWay = ConcurrentHashMap.newKeySet();
    // a repository that is withdrawn again soon begins where its backoff was
    private final Cache<RepoId, Integer> lately =
        Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).expireAfterWrite(CALM_AFTER).build();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(AT_ONCE_MAX,
        Thread.ofPlatform().daemon().name("safety-lock-", 1).factory());

    /**
     * Withdraws nothing yet.
     *
     * @param backoff  waits between repairs
     * @param restored told when a replica takes part again: what was committed since it last followed, it lacks
     */
    SafetyLock(Member self, ReplicaStore store, LoadedReplicas loaded, GrpcPeers peers, StorageRepair repair,
               Backoff backoff, Clock clock, Consumer<RepoId> restored) {
        this.self = self;
        this.store = store;
        this.loaded = loaded;
        this.peers = peers;
        this.repair = repair;
        this.backoff = backoff;
        this.clock = clock;
        this.restored = restored;
    }

    /**
     * How long a repair that failed is not tried again.
     *
     * @param first after the first one
     * @param max   doubling up to this
     */
    record Backoff(Duration first, Duration max) {
        Duration after(int attempts) {
            Duration doubled = first.multipliedBy(1L << Math.min(20, Math.max(0, attempts - 1)));
            return doubled.compareTo(max) < 0 ? doubled : max;
        }
    }

    /** Goes on with what was withdrawn when the node stopped. */
    void resume() {
        threads.execute(() -> {
            for (RepoId repo : store.repositories(state -> state.withdrawal().isPresent())) {
                try (ReplicaSnapshot now = store.snapshot(repo).orElseThrow()) {
                    now.state().withdrawal().ifPresent(withdrawal -> {
                        if (pins.putIfAbsent(repo, new Pin(repo, withdrawal, "waits for a repair", 0, 0)) == null) {
                            LOG.atWarn().addKeyValue("repo", repo).addKeyValue("cause", withdrawal.cause())
                                .log("still withdrawn: {}", withdrawal.detail());
                            schedule(repo, Duration.ZERO);
                        }
                    });
                }
            }
        });
    }

    /** Why the replica takes no part; empty: it does. */
    Optional<Pin> pin(RepoId repo) {
        return Optional.ofNullable(pins.get(repo));
    }

    /** All that is pinned, the oldest first. */
    List<Pin> pins() {
        return pins.values().stream().sorted(Comparator.comparingLong(pin -> pin.withdrawal().sinceMillis())).toList();
    }

    @Override
    public void found(RepoId repo, StorageTrouble trouble) {
        Withdrawal withdrawal = new Withdrawal(cause(trouble.kind()), trouble.fact(), clock.millis());
        if (withdrawal.cause() == Withdrawal.Cause.DISK_FULL && !pins.containsKey(repo)) {
            run(() -> {
                if (canDoWithout(repo)) { // what lies on a full disk is sound: better it serves than nobody
                    begin(repo, withdrawal);
                }
            });
        } else {
            begin(repo, withdrawal);
        }
    }

    private void begin(RepoId repo, Withdrawal withdrawal) {
        AtomicBoolean first = new AtomicBoolean();
        pins.compute(repo, (id, known) -> {
            first.set(known == null);
            return known == null ? new Pin(repo, withdrawal, "waits for a repair", level(repo), 1)
                : known.troubled();
        });
        if (first.get()) {
            LOG.atError().addKeyValue("repo", repo).addKeyValue("cause", withdrawal.cause())
                .log("replica withdrawn, the other nodes serve this repository: {}", withdrawal.detail());
            run(() -> withdraw(repo));
        }
    }

    private int level(RepoId repo) {
        Integer level = lately.getIfPresent(repo);
        return level == null ? 0 : level;
    }

    private static Withdrawal.Cause cause(StorageTrouble.Kind kind) {
        return switch (kind) {
            case CORRUPT -> Withdrawal.Cause.CORRUPT;
            case MISSING -> Withdrawal.Cause.MISSING;
            case READ_ERROR -> Withdrawal.Cause.READ_ERROR;
            case WRITE_ERROR -> Withdrawal.Cause.WRITE_ERROR;
            case DISK_FULL -> Withdrawal.Cause.DISK_FULL;
        };
    }

    /** Whether both other members vote. */
    private boolean canDoWithout(RepoId repo) {
        try (ReplicaSnapshot now = store.snapshot(repo).orElseThrow()) {
            int voters = 0;
            for (Member member : now.state().members()) {
                Optional<ProbeAnswer> answer = member.equals(self) ? Optional.empty() : peers.probe(repo, member);
                voters += answer.filter(found -> found.role() == Role.VOTER).isPresent() ? 1 : 0;
            }
            return voters >= PEERS_NEEDED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void withdraw(RepoId repo) {
        Pin pin = pins.get(repo);
        if (pin == null) {
            return;
        }
        boolean told = told(repo, new Message.Withdraw(pin.withdrawal()));
        if (!told && store.load(repo).isEmpty()) {
            pins.remove(repo);
            return;
        }
        schedule(repo, pin.attempts() == 0 ? Duration.ZERO : backoff.after(pin.attempts()));
    }

    /** Tells the replica and waits until that is durable. Returns whether it is. */
    private boolean told(RepoId repo, Message message) {
        try {
            return loaded.use(repo, loop -> {
                loop.tell(message);
                return loop.between(() -> { });
            }).map(done -> done.join()).orElse(false);
        } catch (ReplicaStoppedException | OverloadedException e) {
            LOG.atWarn().addKeyValue("repo", repo).log("the replica cannot be told: {}", e.getMessage());
            return false;
        }
    }

    private void schedule(RepoId repo, Duration delay) {
        try {
            threads.schedule(() -> attempt(repo), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().addKeyValue("repo", repo).log("not repaired: the node is stopping");
        }
    }

    private void run(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("not withdrawn: the node is stopping");
        }
    }

    /** Repairs at once, and says what came of it; empty: the replica is sound, or was not withdrawn. */
    Optional<Pin> repairNow(RepoId repo) {
        if (pins.containsKey(repo)) {
            lately.invalidate(repo);
            tryOnce(repo);
        }
        return pin(repo);
    }

    private void attempt(RepoId repo) {
        Pin pin = pins.get(repo);
        if (pin == null || pin.withdrawal().cause() == Withdrawal.Cause.OPERATOR && pin.attempts() == 0) {
            return; // lifted, or an operator's to lift
        }
        if (!tryOnce(repo)) {
            Pin after = pins.get(repo);
            if (after != null) {
                schedule(repo, backoff.after(after.attempts()));
            }
        }
    }

    /** Returns whether the replica takes part again. */
    private boolean tryOnce(RepoId repo) {
        if (!underWay.add(repo)) {
            return false;
        }
        try {
            Pin pin = pins.computeIfPresent(repo, (id, known) -> known.attempted());
            return pin == null || tryOnce(pin);
        } finally {
            underWay.remove(repo);
        }
    }

    private boolean tryOnce(Pin pin) {
        RepoId repo = pin.repo();
        try {
            Optional<StorageRepair.Outcome> outcome = attempted(pin);
            if (outcome.isEmpty()) {
                pins.remove(repo);
                return true;
            }
            return switch (outcome.get()) {
                case StorageRepair.Outcome.Sound sound -> restore(pin);
                case StorageRepair.Outcome.Unsound unsound -> {
                    doing(repo, unsound.why() + "; tries again in " + backoff.after(pin.attempts()).toSeconds() + " s");
                    yield false;
                }
            };
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().addKeyValue("repo", repo).addKeyValue("attempt", pin.attempts())
                .log("repair failed: {}", e.toString());
            doing(repo, "a repair failed (" + e.getMessage() + "); tries again in "
                + backoff.after(pin.attempts()).toSeconds() + " s");
            return false;
        } catch (ReplicaStoppedException | OverloadedException e) {
            doing(repo, "waits: " + e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Optional<StorageRepair.Outcome> attempted(Pin pin)
        throws IOException, InterruptedException, ReplicaStoppedException, OverloadedException {
        RepoId repo = pin.repo();
        Optional<ReplicaLoop> loop = loaded.use(repo, found -> {
            found.hold();
            return found;
        });
        if (loop.isEmpty() || loop.get().shown().state().role() == Role.DELETED) {
            loop.ifPresent(ReplicaLoop::endErrand);
            return Optional.empty();
        }
        try {
            if (loop.get().shown().state().withdrawal().isEmpty()) {
                loop.get().tell(new Message.Withdraw(pin.withdrawal()));
                loop.get().between(() -> { }).join();
            }
            return Optional.of(repair.attempt(loop.get(), pin.withdrawal().cause(), what -> doing(repo, what),
                FULL_SPEED));
        } finally {
            loop.get().endErrand();
        }
    }

    private void doing(RepoId repo, String what) {
        pins.computeIfPresent(repo, (id, known) -> known.doing(what));
    }

    /** Only if nothing misbehaved since the attempt began. */
    private boolean restore(Pin pin) {
        RepoId repo = pin.repo();
        if (pins.get(repo).troubles() != pin.troubles()) {
            doing(repo, "its storage misbehaved again during the repair; tries again in "
                + backoff.after(pin.attempts()).toSeconds() + " s");
            return false;
        }
        if (!told(repo, new Message.Restore())) {
            return false;
        }
        pins.remove(repo);
        lately.put(repo, pin.attempts());
        LOG.atInfo().addKeyValue("repo", repo).addKeyValue("cause", pin.withdrawal().cause())
            .addKeyValue("attempts", pin.attempts())
            .addKeyValue("millis", clock.millis() - pin.withdrawal().sinceMillis())
            .log("replica verified, it takes part again");
        restored.accept(repo);
        return true;
    }

    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        threads.awaitTermination(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }
}
