package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Retirement;
import dev.trine.server.repo.UnfinishedCopies;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what this node need not hold any longer: repositories that have moved to other nodes, once enough of these
 * have them, and what interrupted copies left long ago. A tombstone stays of each repository. Called by many threads.
 */
final class Removals implements Effects.Witness {
    private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
    private static final int LOOK_EVERY_SECONDS = 5;
    private static final int ASKED_MAX = 12;

    private final Node node;
    private final UnfinishedCopies copies;
    private final CatchUpSettings settings;
    private final Clock clock;
    private final ExecutorService threads;
    private final Set<RepoId> retired = ConcurrentHashMap.newKeySet();
    private final Map<RepoId, List<Member>> present = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicInteger seconds = new AtomicInteger();
    private volatile Optional<LoadedReplicas> replicas = Optional.empty();

    /** The node that holds what may go. */
    record Node(Member self, ReplicaStore store, GrpcPeers peers, Deletions deletions) {
    }

    Removals(Node node, UnfinishedCopies copies, CatchUpSettings settings, Clock clock, ExecutorService threads) {
        this.node = node;
        this.copies = copies;
        this.settings = settings;
        this.clock = clock;
        this.threads = threads;
    }

    @Override
    public void applied(ReplicaLoop loop, Batch batch) {
        if (batch.state().filter(state -> state.role() == Role.RETIRED).isPresent()) {
            retired.add(loop.repo());
        }
    }

    /** Looks, on a thread of its own, for what an earlier process left. */
    void start(LoadedReplicas loaded) {
        replicas = Optional.of(loaded);
        node.deletions().resume(loaded);
        threads.execute(() -> node.store().repositories(state -> state.role() == Role.RETIRED).stream()
            .filter(this::isRetired).forEach(retired::add));
    }

    /** These are said to be its members now: they are asked besides those who followed this node, if it is retired. */
    void tell(RepoId repo, List<Member> members) {
        if (retired.contains(repo)) {
            present.put(repo, List.copyOf(members));
        }
    }

    /** Called every second. */
    void tick() {
        if (seconds.incrementAndGet() % LOOK_EVERY_SECONDS == 0 && looking.compareAndSet(false, true)) {
            threads.execute(() -> {
                try {
                    removeRetired();
                    copies.sweep(clock.instant().minus(settings.copyKeep()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (IOException | RuntimeException e) {
                    LOG.atError().setCause(e).log("what is not needed any more is not removed");
                } finally {
                    looking.set(false);
                }
            });
        }
    }

    private void removeRetired() throws InterruptedException {
        for (RepoId repo : retired) {
            if (!isRetired(repo)) {
                retired.remove(repo);
                present.remove(repo);
            } else if (mayGo(repo)) {
                remove(repo);
            }
        }
    }

    private boolean mayGo(RepoId repo) throws InterruptedException {
        Optional<LoadedReplicas> loaded = replicas;
        if (loaded.isEmpty() || loaded.get().loaded(repo).filter(ReplicaLoop::isOnErrand).isPresent()) {
            return false;
        }
        try (ReplicaSnapshot snapshot = node.store().snapshot(repo).orElseThrow()) {
            List<ProbeAnswer> answers = new ArrayList<>();
            // the members that followed may have been followed themselves, and be gone
            List<Member> asked = new ArrayList<>(snapshot.state().members());
            present.getOrDefault(repo, List.of()).stream().filter(member -> !asked.contains(member))
                .forEach(asked::add);
            for (int i = 0; i < asked.size(); i++) {
                Member member = asked.get(i);
                if (!member.equals(node.self()) && !node.peers().isDown(member)) {
                    node.peers().probe(repo, member).ifPresent(answer -> {
                        answers.add(answer);
                        answer.members().stream().filter(named -> !asked.contains(named))
                            .limit(Math.max(0, ASKED_MAX - asked.size())).forEach(asked::add);
                    });
                }
            }
            return Retirement.mayRemove(snapshot.state(), answers, settings.retiredCopies());
        }
    }

    private void remove(RepoId repo) {
        try {
            boolean removed = replicas.orElseThrow().alone(repo, () -> {
                boolean still = isRetired(repo);
                if (still) {
                    node.deletions().deleteContents(repo);
                }
                return still;
            });
            if (removed) {
                LOG.atInfo().addKeyValue("repo", repo).log("the repository has moved: removed");
            }
        } catch (ReplicaStoppedException e) {
            LOG.atInfo().addKeyValue("repo", repo).log("retired replica not removed yet: {}", e.getMessage());
        }
    }

    /** Whether its replica is retired, and still holds something. */
    private boolean isRetired(RepoId repo) {
        Optional<ReplicaSnapshot> stored = node.store().snapshot(repo);
        if (stored.isEmpty()) {
            return false;
        }
        try (ReplicaSnapshot snapshot = stored.get()) {
            return snapshot.state().role() == Role.RETIRED && Deletions.hasContents(snapshot);
        }
    }
}
