package dev.trine.router.route;

import dev.trine.router.metadata.RepoPath;

/**
 * A path as a Git client gives it.
 *
 * @param path   of the repository
 * @param here   it began with "+here/": migration rules are to be passed by
 * @param suffix ".git", or nothing, as it ended
 */
public record GivenPath(RepoPath path, boolean here, String suffix) {
    private static final String HERE = "+here/";
    private static final String SUFFIX = ".git";

    /** Reads it; one leading slash is allowed. */
    public static GivenPath parse(String given) {
        String path = given.startsWith("/") ? given.substring(1) : given;
        boolean here = path.startsWith(HERE);
        return new GivenPath(RepoPath.parse(here ? path.substring(HERE.length()) : path), here,
            path.endsWith(SUFFIX) ? SUFFIX : "");
    }
}
