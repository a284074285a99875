package dev.trine.router.metadata;

import dev.trine.common.model.ClientPath;
import java.util.regex.Pattern;

/**
 * Path of a repository as it is stored, without leading slash and without ".git": 2 to 8 segments, each 1 to 100 of
 * letters, digits, '.', '_' and '-', at most {@link ClientPath#BYTES_MAX} bytes. Paths compare byte by byte.
 */
public record RepoPath(String value) implements Comparable<RepoPath> {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final int SEGMENTS_MIN = 2;
    private static final int SEGMENTS_MAX = 8;

    public RepoPath {
        String problem = problemOf(value, SEGMENTS_MIN);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("'" + Shown.briefly(value) + "' is not a repository path: " + problem);
        }
    }

    /** Reads a path as a Git client gives it: one leading slash and one ".git" at the end are allowed. */
    public static RepoPath parse(String given) {
        ClientPath path = ClientPath.parse(given);
        return new RepoPath(path.here() ? given : path.path());
    }

    /** Whether programs that are told a part of the path would take it for an option; no new repository gets such. */
    public boolean looksLikeOption() {
        return value.startsWith("-") || value.contains("/-");
    }

    /** Why that is no path of at least so many segments; empty: it is one. */
    static String problemOf(String path, int segmentsMin) {
        if (ClientPath.isTooLong(path)) {
            return "it is longer than " + ClientPath.BYTES_MAX + " bytes";
        }
        String[] segments = path.split("/", -1);
        if (segments.length < segmentsMin || segments.length > SEGMENTS_MAX) {
            return "it needs " + segmentsMin + " to " + SEGMENTS_MAX + " segments, as in group/name";
        }
        for (String segment : segments) {
            if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")
                || segment.endsWith(".git")) {
                return "each segment has 1 to 100 letters, digits, '.', '_' or '-', is not '.' or '..' and does not"
                    + " end in '.git'";
            }
        }
        return "";
    }

    @Override
    public int compareTo(RepoPath other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
