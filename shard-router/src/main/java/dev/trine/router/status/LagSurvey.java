package dev.trine.router.status;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.Role;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.ProbeOutcome;
import dev.trine.router.nodes.ProbeRound;
import dev.trine.router.nodes.Probes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Finds out by probes which replicas of some repositories are behind. */
final class LagSurvey {
    private static final int AT_ONCE = 32;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

    private final Probes probes;

    LagSurvey(Probes probes) {
        this.probes = probes;
    }

    /** Lag per node, in entries, of nodes that answer; only those behind. */
    record Lag(Repository repository, Map<NodeId, Long> behind) {
    }

    List<Lag> survey(List<Repository> repositories) throws InterruptedException {
        List<Future<Lag>> asked = new ArrayList<>();
        Semaphore places = new Semaphore(AT_ONCE);
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Repository repository : repositories) {
                places.acquire();
                asked.add(each.submit(() -> {
                    try {
                        return examine(repository);
                    } finally {
                        places.release();
                    }
                }));
            }
        }
        List<Lag> lags = new ArrayList<>();
        for (Future<Lag> one : asked) {
            try {
                lags.add(one.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("looking for lag", e.getCause());
            }
        }
        return lags;
    }

    /** Looks twice: what the first look shows committed, all should have at the second; pushes in flight are no lag. */
    private Lag examine(Repository repository) throws InterruptedException {
        List<ProbeAnswer> first = answers(repository);
        long newest = first.stream().mapToLong(answer -> answer.committed().version()).max().orElse(0);
        Map<NodeId, Long> behind = new HashMap<>();
        if (first.stream().anyMatch(answer -> isBehind(answer, newest))) {
            answers(repository).stream().filter(answer -> isBehind(answer, newest)).forEach(answer ->
                behind.put(answer.from().node(), Math.max(1, newest - answer.committed().version())));
        }
        return new Lag(repository, behind);
    }

    /** A member without its replica is behind, though the repository be empty. */
    private static boolean isBehind(ProbeAnswer answer, long newest) {
        return answer.role() == Role.UNKNOWN || answer.committed().version() < newest;
    }

    private List<ProbeAnswer> answers(Repository repository) throws InterruptedException {
        ProbeRound round = probes.join(repository.id(), repository.placement());
        long end = System.nanoTime() + ANSWER_MAX.toNanos();
        List<ProbeOutcome> outcomes = round.outcomes();
        while (outcomes.size() < repository.placement().members().size() && System.nanoTime() < end) {
            round.await(outcomes.size(), Duration.ofNanos(end - System.nanoTime()));
            outcomes = round.outcomes();
        }
        return outcomes.stream().flatMap(outcome -> outcome.answer().stream())
            .filter(answer -> answer.role() != Role.RETIRED && answer.role() != Role.DELETED).toList();
    }
}
