package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PeerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings single repositories level again: this node pulls what it lacks, hints to others what they lack, and has an
 * undecided tail decided by taking the lock. Called by many threads.
 */
final class CatchUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final int AT_ONCE_MAX = 4;
    private static final int WAITING_MAX = 1_000;
    private static final int ROUNDS_MAX = 24;
    private static final int OTHERS_TURN_ROUNDS = 3;
    private static final Duration ROUND = Duration.ofMillis(500);
    private static final Duration PULL_MAX = Duration.ofSeconds(30);
    private static final Duration REPAIR_MAX = Duration.ofSeconds(8);

    private final Member self;
    private final Deliveries deliveries;
    private final LoadedReplicas replicas;
    private final GrpcPeers peers;
    private final Set<RepoId> known = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(WAITING_MAX);
    private final Semaphore turns = new Semaphore(AT_ONCE_MAX);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch stopped = new CountDownLatch(1);

    CatchUp(Member self, Deliveries deliveries, LoadedReplicas replicas, GrpcPeers peers) {
        this.self = self;
        this.deliveries = deliveries;
        this.replicas = replicas;
        this.peers = peers;
    }

    /** What the members of a repository answered in one round. */
    private record Round(ProbeAnswer mine, List<ProbeAnswer> others) {
        Stream<ProbeAnswer> all() {
            return Stream.concat(Stream.of(mine), others.stream());
        }

        /** The answer that shows most, if it shows more than this node has. */
        Optional<ProbeAnswer> ahead() {
            return others.stream().filter(other -> other.generation() > mine.generation()
                    || other.committed().version() > mine.committed().version())
                .max(Comparator.comparingLong(other -> other.committed().version()));
        }

        List<ProbeAnswer> behind() {
            return others.stream().filter(other -> other.role() == Role.VOTER
                && other.committed().version() < mine.committed().version()).toList();
        }

        boolean isUndecided() {
            return all().anyMatch(each -> each.last().version() > mine.committed().version());
        }

        boolean isLeasedElsewhere() {
            return all().flatMap(each -> each.lease().stream())
                .anyMatch(lease -> !lease.holder().equals(mine.from()));
        }

        /** Whether this node is the one to take the lock: its log is the best, or the first of equal ones. */
        boolean isMyTurn() {
            Position best = all().map(ProbeAnswer::last).max(Comparator.naturalOrder()).orElseThrow();
            return all().filter(each -> each.last().equals(best)).map(ProbeAnswer::from)
                .min(Comparator.comparing(Member::node)).orElseThrow().equals(mine.from());
        }
    }

    /** Looks at a repository soon; waits while too many are waiting already. */
    void look(RepoId repo) throws InterruptedException {
        if (!known.contains(repo)) {
            room.acquire();
            begin(repo);
        }
    }

    /** As {@link #look}, but forgets it if too many are waiting already. */
    void mayLook(RepoId repo) {
        if (!known.contains(repo) && room.tryAcquire()) {
            begin(repo);
        }
    }

    private void begin(RepoId repo) {
        if (stopped.getCount() == 0 || !known.add(repo)) {
            room.release();
            return;
        }
        threads.execute(() -> {
            try {
                turns.acquire();
                try {
                    known.remove(repo);
                    level(repo);
                } finally {
                    turns.release();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ReplicaStoppedException | OverloadedException e) {
                LOG.atInfo().addKeyValue("repo", repo).log("not caught up: {}", e.getMessage());
            } finally {
                known.remove(repo);
                room.release();
            }
        });
    }

    private void level(RepoId repo) throws InterruptedException, ReplicaStoppedException, OverloadedException {
        for (int i = 0; i < ROUNDS_MAX; i++) {
            Optional<Round> round = ask(repo);
            if (round.isEmpty() || act(repo, round.get(), i)) {
                return;
            }
        }
        LOG.atInfo().addKeyValue("repo", repo).log("still not level, another look is left to the next read or push");
    }

    /** Takes one step towards level. Returns whether there is nothing more to do here. */
    private boolean act(RepoId repo, Round round, int number)
        throws InterruptedException, ReplicaStoppedException, OverloadedException {
        Optional<ProbeAnswer> ahead = round.ahead();
        if (ahead.isPresent()) {
            pull(repo, round.mine(), ahead.get());
            return false;
        }
        if (round.isUndecided()) {
            boolean wait = round.isLeasedElsewhere() || !round.isMyTurn() && number < OTHERS_TURN_ROUNDS;
            if (wait) {
                return stopped.await(ROUND.toMillis(), TimeUnit.MILLISECONDS);
            }
            return !repair(repo, round.mine().generation())
                && stopped.await(ROUND.toMillis(), TimeUnit.MILLISECONDS);
        }
        round.behind().forEach(other -> peers.send(new Envelope(repo, round.mine().generation(), self, other.from(),
            new PeerMessage.PullHint(round.mine().committed())), reply -> { }, () -> { }));
        return true;
    }

    private Optional<Round> ask(RepoId repo) throws InterruptedException, ReplicaStoppedException {
        ProbeAnswer mine = deliveries.probe(repo);
        if (mine.role() != Role.VOTER) {
            return Optional.empty();
        }
        List<ProbeAnswer> others = new ArrayList<>();
        for (Member member : mine.members()) {
            if (!member.equals(self) && !peers.isDown(member)) {
                peers.probe(repo, member).filter(answer -> answer.role() != Role.UNKNOWN).ifPresent(others::add);
            }
        }
        return others.isEmpty() ? Optional.empty() : Optional.of(new Round(mine, others));
    }

    private void pull(RepoId repo, ProbeAnswer mine, ProbeAnswer from)
        throws InterruptedException, ReplicaStoppedException, OverloadedException {
        long before = mine.committed().version();
        Optional<ReplicaLoop> loop = replicas.use(repo, found -> {
            found.hold();
            return found;
        });
        if (loop.isEmpty()) {
            return;
        }
        try {
            Envelope hint = new Envelope(repo, mine.generation(), from.from(), self,
                new PeerMessage.PullHint(from.committed()));
            if (loop.get().awaitPulled(hint, from.committed().version(), PULL_MAX, () -> peers.isDown(from.from()))) {
                LOG.atInfo().addKeyValue("repo", repo).addKeyValue("peer", from.from().node())
                    .addKeyValue("from", before).addKeyValue("version", from.committed().version()).log("caught up");
            }
        } finally {
            loop.get().endErrand();
        }
    }

    private boolean repair(RepoId repo, long generation)
        throws InterruptedException, ReplicaStoppedException, OverloadedException {
        Optional<CompletableFuture<Answer>> asked =
            replicas.use(repo, loop -> loop.ask(ticket -> new Message.Repair(ticket, generation)));
        return asked.isPresent()
            && Waiting.await(asked.get(), REPAIR_MAX).filter(Answer.Repaired.class::isInstance).isPresent();
    }

    @Override
    public void close() {
        stopped.countDown();
        threads.shutdownNow();
    }
}
