package dev.trine.router.route;

import dev.trine.common.model.ClientPath;
import dev.trine.router.metadata.RepoPath;

/**
 * A path as a Git client gives it.
 *
 * @param path   of the repository
 * @param here   it began with "+here/": migration rules are to be passed by
 * @param suffix ".git", or nothing, as it ended
 */
public record GivenPath(RepoPath path, boolean here, String suffix) {
    /** Reads it; one leading slash is allowed. */
    public static GivenPath parse(String given) {
        ClientPath path = ClientPath.parse(given);
        return new GivenPath(new RepoPath(path.path()), path.here(), path.suffix());
    }
}
