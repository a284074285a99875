package dev.trine.router.replacement;

import dev.trine.common.model.RepoId;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.MetadataAwayException;
import dev.trine.router.metadata.Move;
import dev.trine.router.metadata.Replacement;
import dev.trine.router.metadata.Replacement.State;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.moves.Goal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work on one replacement by the router that leads it: all repositories on the leaving disk, so many at once;
 * blocked ones again and again. While the database is away, what was begun goes on, and only the directory's rows wait.
 */
final class OpenReplacement {
    private static final Logger log = LoggerFactory.getLogger(OpenReplacement.class);
    private static final int PAGE = 1000;
    private static final long LAG_MAX = 16;
    private static final Duration BLOCKED_RETRY = Duration.ofSeconds(2);
    private static final Duration NOTE_EVERY = Duration.ofSeconds(1);
    private static final int POLL_MILLIS = 100;

    private final Metadata metadata;
    private final Directory directory;
    private final MoveCalls calls;
    private final Settings settings;
    private final Map<RepoId, Noted> noted = new ConcurrentHashMap<>();
    private volatile Replacement replacement;
    private volatile boolean leads = true;

    /**
     * Bounds.
     *
     * @param parallel repositories at once
     * @param settle   a replacement is not over before it is so old: until then, routers may not have heard of it, and
     *                 enter new repositories on the leaving disk
     */
    record Settings(int parallel, Duration settle) {
    }

    /** What was last noted of a repository, and when. */
    private record Noted(Move move, long atNanos) {
    }

    OpenReplacement(Replacement replacement, Metadata metadata, Directory directory, MoveCalls calls,
                    Settings settings) {
        this.replacement = replacement;
        this.metadata = metadata;
        this.directory = directory;
        this.calls = calls;
        this.settings = settings;
    }

    /** A repository that is due now or later. */
    private record Job(Repository repository, long dueNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** The replacement is in that state now. */
    void is(Replacement now) {
        replacement = now;
    }

    /** Another router leads it, or this one stops: ends soon. */
    void breakOff() {
        leads = false;
    }

    Replacement replacement() {
        return replacement;
    }

    boolean isLeading() {
        return leads && replacement.state().isOpen();
    }

    private Optional<Goal> goal() {
        Replacement now = replacement;
        return isLeading() ? Optional.of(new Goal(now.leaving(), now.joining(), LAG_MAX,
            now.state() == State.CANCELLING)) : Optional.empty();
    }

    /** One pass over everything that is left; whether it is all done, so that the replacement can end. */
    boolean pass(Duration age) throws InterruptedException {
        State begunAs = replacement.state();
        List<Repository> left = left();
        if (!left.isEmpty()) {
            moveAll(left);
        }
        return isLeading() && replacement.state() == begunAs
            && (begunAs == State.CANCELLING || left.isEmpty() && age.compareTo(settings.settle()) > 0);
    }

    private List<Repository> left() {
        List<Repository> all = new ArrayList<>();
        List<Repository> page;
        String after = "";
        do {
            page = metadata.repositories().onDisksOf(replacement.leaving(), replacement.joining(), after, PAGE);
            page.stream().filter(repository -> repository.phase() != Phase.DELETING).forEach(all::add);
            after = page.isEmpty() ? after : page.getLast().id().value();
        } while (page.size() == PAGE);
        return all;
    }

    /** Until each is finished, or this router does not lead any more. */
    private void moveAll(List<Repository> repositories) throws InterruptedException {
        DelayQueue<Job> due = new DelayQueue<>();
        repositories.forEach(repository -> due.add(new Job(repository, System.nanoTime())));
        AtomicInteger unfinished = new AtomicInteger(repositories.size());
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Math.min(settings.parallel(), repositories.size()); i++) {
                workers.submit(() -> {
                    while (unfinished.get() > 0 && isLeading()) {
                        Job job = due.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                        if (job != null && isFinished(job.repository())) {
                            unfinished.decrementAndGet();
                        } else if (job != null) {
                            due.add(new Job(job.repository(), System.nanoTime() + BLOCKED_RETRY.toNanos()));
                        }
                    }
                    return null;
                });
            }
        }
    }

    private boolean isFinished(Repository repository) throws InterruptedException {
        RepositoryMove move = new RepositoryMove(repository, this::goal, calls, directory, this::note);
        RepositoryMove.End end;
        try {
            end = move.run();
        } catch (RuntimeException e) {
            log.atError().addKeyValue("repo", repository.id()).setCause(e).log("moving a repository failed once");
            return false;
        }
        return switch (end) {
            case MOVED -> {
                log.atInfo().addKeyValue("repo", repository.id()).addKeyValue("path", repository.path())
                    .addKeyValue("to", replacement.joining()).log("repository has moved");
                yield true;
            }
            case DROPPED -> {
                drop(repository);
                yield true;
            }
            case BLOCKED, BROKEN_OFF -> false;
        };
    }

    private void drop(Repository repository) {
        try {
            metadata.replacements().drop(replacement, repository.id());
        } catch (MetadataAwayException away) {
            log.atDebug().addKeyValue("repo", repository.id()).log("a note stays, the metadata database is away");
        }
    }

    /** Notes changes at once, and how many bytes have come once a second. */
    private void note(Move move) {
        Noted before = noted.get(move.repository());
        boolean same = before != null && before.move().stage() == move.stage()
            && before.move().problem().equals(move.problem());
        if (same && (before.move().equals(move) || System.nanoTime() - before.atNanos() < NOTE_EVERY.toNanos())) {
            return;
        }
        if (move.stage() == Move.Stage.BLOCKED && !same) {
            log.atWarn().addKeyValue("repo", move.repository()).addKeyValue("problem", move.problem())
                .log("repository cannot be moved for now");
        }
        try {
            metadata.replacements().note(replacement, move);
            noted.put(move.repository(), new Noted(move, System.nanoTime()));
        } catch (MetadataAwayException away) {
            log.atDebug().addKeyValue("repo", move.repository()).log("not noted, the metadata database is away");
        }
        if (move.stage() == Move.Stage.MOVED) {
            noted.remove(move.repository());
        }
    }
}
