package dev.trine.server.replica;

import dev.trine.common.model.RepoId;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The looks at repositories that wait or are under way: at most one for each repository. Whoever asks while one waits
 * joins it; whoever asks while one is under way has it repeated once. Called by many threads.
 */
final class Looks {
    private final ConcurrentHashMap<RepoId, State> states = new ConcurrentHashMap<>();

    private enum State {
        WAITING, UNDER_WAY, WANTED_AGAIN
    }

    /** Joins the look that waits or is under way. Returns false if there is none. */
    boolean joins(RepoId repo) {
        return states.computeIfPresent(repo,
            (key, now) -> now == State.WAITING ? State.WAITING : State.WANTED_AGAIN) != null;
    }

    /** A look is to be made. Returns false if one waits or is under way: it was joined. */
    boolean begins(RepoId repo) {
        while (states.putIfAbsent(repo, State.WAITING) != null) {
            if (joins(repo)) {
                return false;
            }
            // it has just ended
        }
        return true;
    }

    /** Whether one waits or is under way. */
    boolean isOpen(RepoId repo) {
        return states.containsKey(repo);
    }

    /** It starts: whoever asks from now on may know something newer. */
    void starts(RepoId repo) {
        states.put(repo, State.UNDER_WAY);
    }

    /** Whether somebody asked while it was under way. If not, it has ended. */
    boolean isWantedAgain(RepoId repo) {
        return states.computeIfPresent(repo, (key, now) -> now == State.WANTED_AGAIN ? now : null) != null;
    }

    /** It has failed, whatever is wanted. */
    void fails(RepoId repo) {
        states.remove(repo);
    }
}
