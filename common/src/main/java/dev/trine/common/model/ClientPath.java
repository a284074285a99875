package dev.trine.common.model;

import java.nio.charset.StandardCharsets;

/**
 * A repository's path as a client writes it: one leading slash, "+here/" and one ".git" at the end may stand around it,
 * and are no part of it.
 *
 * @param path   without them, legal or not
 * @param here   it began with "+here/": migration rules are to be passed by
 * @param suffix ".git", or nothing, as it ended
 */
public record ClientPath(String path, boolean here, String suffix) {
    /** Greatest length of a repository's path, in bytes of UTF-8. */
    public static final int BYTES_MAX = 512;
    private static final String HERE = "+here/";
    private static final String SUFFIX = ".git";

    /** Takes off what stands around it. */
    public static ClientPath parse(String given) {
        String rest = given.startsWith("/") ? given.substring(1) : given;
        boolean here = rest.startsWith(HERE);
        String path = here ? rest.substring(HERE.length()) : rest;
        return path.endsWith(SUFFIX)
            ? new ClientPath(path.substring(0, path.length() - SUFFIX.length()), here, SUFFIX)
            : new ClientPath(path, here, "");
    }

    /** Whether a path without anything around it has more than {@link #BYTES_MAX} bytes. */
    public static boolean isTooLong(String path) {
        return path.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX;
    }
}
