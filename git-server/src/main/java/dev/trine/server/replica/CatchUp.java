package dev.trine.server.replica;

import dev.trine.common.model.Member;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.CatchUpRound;
import dev.trine.server.replication.CatchUpStep;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.Message;
import dev.trine.server.replication.PeerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings single repositories level again, whatever the reason: this node pulls what it lacks, hints to others what they
 * lack, and has an undecided tail decided by taking the lock. {@link CatchUpRound} decides; this asks and does. Called
 * by many threads.
 */
final class CatchUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final int AT_ONCE_MAX = 32;
    private static final int WAITING_MAX = 1_000;
    private static final int ROUNDS_MAX = 24;
    private static final int ASKED_MAX = 12;
    private static final Duration ROUND = Duration.ofMillis(500);
    private static final Duration STILL_MAX = Duration.ofSeconds(5);
    private static final Duration REPAIR_MAX = Duration.ofSeconds(8);

    private final Member self;
    private final Deliveries deliveries;
    private final LoadedReplicas replicas;
    private final GrpcPeers peers;
    private final Progress progress;
    private final CatchUpCounters counters;
    private final Looks looks = new Looks();
    private final ConcurrentHashMap<RepoId, Set<Member>> named = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(WAITING_MAX);
    private final Semaphore turns = new Semaphore(AT_ONCE_MAX);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch stopped = new CountDownLatch(1);

    CatchUp(Member self, Deliveries deliveries, LoadedReplicas replicas, GrpcPeers peers, Progress progress) {
        this.self = self;
        this.deliveries = deliveries;
        this.replicas = replicas;
        this.peers = peers;
        this.progress = progress;
        this.counters = progress.counters();
    }

    /** Looks at a repository soon; waits while too many are waiting already. */
    void look(RepoId repo) throws InterruptedException {
        if (isJoined(repo)) {
            return;
        }
        room.acquire();
        begin(repo);
    }

    /** As {@link #look}, but forgets it if too many are waiting already. */
    void mayLook(RepoId repo) {
        if (!isJoined(repo) && room.tryAcquire()) {
            begin(repo);
        }
    }

    /**
     * As {@link #mayLook}, and asks these members too, who are said to be the present ones: those that this replica
     * knows may all be gone. Believed is only what they themselves show.
     */
    void mayLook(RepoId repo, List<Member> present) {
        named.put(repo, Set.copyOf(present));
        mayLook(repo);
        if (!looks.isOpen(repo)) {
            named.remove(repo);
        }
    }

    private boolean isJoined(RepoId repo) {
        boolean joined = looks.joins(repo);
        if (joined) {
            counters.joined();
        }
        return joined;
    }

    private void begin(RepoId repo) {
        if (stopped.getCount() == 0 || !looks.begins(repo)) {
            room.release();
            return;
        }
        threads.execute(() -> {
            boolean again = true;
            try {
                turns.acquire();
                try {
                    while (again) {
                        looks.starts(repo);
                        counters.begun();
                        level(repo);
                        again = looks.isWantedAgain(repo);
                    }
                } finally {
                    turns.release();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ReplicaStoppedException | OverloadedException e) {
                LOG.atInfo().addKeyValue("repo", repo).log("not caught up: {}", e.getMessage());
            } finally {
                if (again) {
                    looks.fails(repo);
                    named.remove(repo);
                }
                room.release();
            }
        });
    }

    private void level(RepoId repo) throws InterruptedException, ReplicaStoppedException, OverloadedException {
        Set<Member> failed = new HashSet<>();
        Set<Member> also = Optional.ofNullable(named.remove(repo)).orElse(Set.of());
        for (int i = 0; i < ROUNDS_MAX; i++) {
            ProbeAnswer mine = deliveries.probe(repo);
            if (!CatchUpRound.takesPart(mine.role())) {
                return;
            }
            Set<Member> asked = new HashSet<>(CatchUpRound.firstAsked(mine));
            asked.addAll(also);
            CatchUpRound round = new CatchUpRound(mine, ask(repo, asked), failed);
            if (!round.others().isEmpty()) {
                progress.behind(repo, round.versionsBehind());
            }
            CatchUpStep step = round.decide(i, asked);
            if (step instanceof CatchUpStep.AskAlso more) {
                also = bounded(more.members(), also);
            }
            if (act(repo, mine, step, failed)) {
                if (i == 0) {
                    counters.skipped();
                }
                return;
            }
        }
        LOG.atInfo().addKeyValue("repo", repo).log("still not level, another look is left to the next read or push");
    }

    /** Takes one step towards level. Returns whether there is nothing more to do here. */
    private boolean act(RepoId repo, ProbeAnswer mine, CatchUpStep step, Set<Member> failed)
        throws InterruptedException, ReplicaStoppedException, OverloadedException {
        return switch (step) {
            case CatchUpStep.Level level -> true;
            case CatchUpStep.GiveUp nobody -> true;
            case CatchUpStep.AskAlso more -> false;
            case CatchUpStep.Pull pull -> {
                if (!pull(repo, mine, pull.from())) {
                    failed.add(pull.from().from());
                }
                yield false;
            }
            case CatchUpStep.Wait wait -> pauseEnds();
            case CatchUpStep.Repair repair -> !repair(repo, mine.generation()) && pauseEnds();
            case CatchUpStep.Hint hint -> {
                hint.behind().forEach(other -> peers.send(new Envelope(repo, mine.generation(), self, other,
                    new PeerMessage.PullHint(mine.committed())), reply -> { }, () -> { }));
                yield true;
            }
        };
    }

    /** Waits for the next round. Returns whether this node stops meanwhile. */
    private boolean pauseEnds() throws InterruptedException {
        return stopped.await(ROUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    private List<ProbeAnswer> ask(RepoId repo, Collection<Member> members) throws InterruptedException {
        List<ProbeAnswer> answers = new ArrayList<>();
        for (Member member : members) {
            if (!member.equals(self) && !peers.isDown(member)) {
                peers.probe(repo, member).filter(answer -> answer.role() != Role.UNKNOWN).ifPresent(answers::add);
            }
        }
        return answers;
    }

    /** The newly named first: of those before them, who is too many is forgotten. */
    private static Set<Member> bounded(Set<Member> more, Set<Member> before) {
        return Stream.concat(more.stream(), before.stream()).distinct().limit(ASKED_MAX)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Takes over a peer's state. Returns whether that, or more, is committed here. */
    private boolean pull(RepoId repo, ProbeAnswer mine, ProbeAnswer from)
        throws InterruptedException, ReplicaStoppedException, OverloadedException {
        Optional<ReplicaLoop> loop = replicas.use(repo, found -> {
            found.hold();
            return found;
        });
        if (loop.isEmpty()) {
            return false;
        }
        try {
            Envelope hint = new Envelope(repo, mine.generation(), from.from(), self,
                new PeerMessage.PullHint(from.committed()));
            return loop.get().awaitPulled(hint, from.committed().version(),
                new ReplicaLoop.Patience(STILL_MAX, () -> peers.isDown(from.from()),
                    () -> progress.of(repo).copying()));
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
