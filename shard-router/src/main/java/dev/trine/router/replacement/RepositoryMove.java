package dev.trine.router.replacement;

import dev.trine.proto.CatchUpProgress;
import dev.trine.proto.ReplicaDescription;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Move;
import dev.trine.router.metadata.Repository;
import dev.trine.router.moves.Goal;
import dev.trine.router.moves.NextStep;
import dev.trine.router.moves.Sight;
import dev.trine.router.moves.Step;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One repository's way to its new member, step by step, until it has arrived or is blocked. It may be broken off and
 * begun anywhere, also by two routers at once: each step follows from what is seen. Used by one thread.
 */
final class RepositoryMove {
    private static final Duration POLL_MIN = Duration.ofMillis(10);
    private static final Duration POLL_MAX = Duration.ofMillis(100);
    private static final Duration MEMBERS_EVERY = Duration.ofSeconds(1);
    private static final Duration STILL_MAX = Duration.ofSeconds(60);

    private final MoveCalls calls;
    private final Directory directory;
    private final Supplier<Optional<Goal>> goal;
    private final Consumer<Move> notes;
    private Repository repository;
    /** Generation at which the log was settled since the wish was taken back; 0: none. */
    private long settled;
    private String lastSeen = "";
    private long unchangedSinceNanos;
    private Duration poll = POLL_MIN;

    /**
     * Prepares a move.
     *
     * @param goal  what is wanted now; empty: nothing any more, here
     * @param notes is told how far it is
     */
    RepositoryMove(Repository repository, Supplier<Optional<Goal>> goal, MoveCalls calls, Directory directory,
                   Consumer<Move> notes) {
        this.repository = repository;
        this.goal = goal;
        this.calls = calls;
        this.directory = directory;
        this.notes = notes;
    }

    /** How it ended for now. */
    enum End {
        /** The joining disk votes. */
        MOVED,
        /** The wish was taken back, or the repository is gone: nothing is left to do. */
        DROPPED,
        /** Something must change first. */
        BLOCKED,
        /** Somebody else goes on, or nobody. */
        BROKEN_OFF
    }

    /** Goes as far as it can. */
    End run() throws InterruptedException {
        Optional<End> end = Optional.empty();
        while (end.isEmpty()) {
            Optional<Goal> wanted = goal.get();
            end = wanted.isEmpty() ? Optional.of(End.BROKEN_OFF) : step(wanted.get());
        }
        return end.get();
    }

    /** Empty: it goes on. */
    private Optional<End> step(Goal wanted) throws InterruptedException {
        MoveCalls.Seen seen = calls.look(repository, wanted,
            wanted.cancelled() && settled == repository.placement().generation());
        return switch (NextStep.decide(wanted, seen.sight())) {
            case Step.Forward forward -> {
                repository = directory.moved(repository, forward.newer());
                yield Optional.empty();
            }
            case Step.Learn learn -> after(calls.learn(repository, wanted, learn.from()), seen);
            case Step.Seal seal -> after(calls.seal(repository, seal), seen);
            case Step.Unlearn unlearn -> after(calls.unlearn(repository, wanted), seen);
            case Step.Settle settle -> {
                Optional<String> problem = calls.settle(repository, settle);
                if (problem.isEmpty()) {
                    settled = settle.placement().generation();
                }
                yield after(problem, seen);
            }
            case Step.Tell tell -> {
                Optional<String> problem = calls.learn(repository, wanted, tell.present());
                yield problem.isPresent() ? after(problem, seen) : awaited(tell.what(), wanted, seen);
            }
            case Step.Await await -> awaited(await.what(), wanted, seen);
            case Step.Blocked blocked -> after(Optional.of(blocked.why()), seen);
            case Step.Moved moved -> {
                notes.accept(new Move(repository.id(), Move.Stage.MOVED, seen.bytes(), seen.bytes(), ""));
                yield Optional.of(End.MOVED);
            }
            case Step.Stayed stayed -> Optional.of(End.DROPPED);
            case Step.Gone gone -> Optional.of(End.DROPPED);
        };
    }

    private Optional<End> after(Optional<String> problem, MoveCalls.Seen seen) {
        poll = POLL_MIN;
        problem.ifPresent(why -> notes.accept(note(Move.Stage.BLOCKED, seen, why)));
        return problem.map(why -> End.BLOCKED);
    }

    /** While it learns, asks the joining disk alone until it shows something new, and the members only now and then. */
    private Optional<End> awaited(String what, Goal wanted, MoveCalls.Seen seen) throws InterruptedException {
        boolean learns = seen.sight().copy() instanceof Sight.Copy.UpTo;
        long until = System.nanoTime() + (learns ? MEMBERS_EVERY.toNanos() : 0);
        MoveCalls.Seen now = seen;
        Optional<End> end;
        do {
            end = stillAwaited(what, now);
            pause();
            now = learns ? calls.lookAtCopy(repository, wanted, now) : now;
        } while (end.isEmpty() && now.sight().equals(seen.sight()) && System.nanoTime() < until
            && goal.get().equals(Optional.of(wanted)));
        return end;
    }

    private void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(poll.toNanos());
        Duration longer = poll.multipliedBy(2);
        poll = longer.compareTo(POLL_MAX) < 0 ? longer : POLL_MAX;
    }

    /** A copy of which nothing arrives for long gives its place to others for a while. */
    private Optional<End> stillAwaited(String what, MoveCalls.Seen seen) {
        Move now = note(Move.Stage.COPYING, seen, "");
        String sight = what + " " + now.bytesCopied();
        if (!sight.equals(lastSeen)) {
            lastSeen = sight;
            unchangedSinceNanos = System.nanoTime();
        } else if (System.nanoTime() - unchangedSinceNanos > STILL_MAX.toNanos()) {
            return after(Optional.of(what + ", and nothing has changed for " + STILL_MAX.toSeconds() + " s"), seen);
        }
        notes.accept(now);
        return Optional.empty();
    }

    private Move note(Move.Stage stage, MoveCalls.Seen seen, String problem) {
        CatchUpProgress copy = seen.copy().map(ReplicaDescription::getCatchUp)
            .orElse(CatchUpProgress.getDefaultInstance());
        long copied = Math.max(copy.getBytesCopied(), seen.bytes());
        return new Move(repository.id(), stage, Math.max(copied, copy.getBytesTotal()), copied, problem);
    }
}
