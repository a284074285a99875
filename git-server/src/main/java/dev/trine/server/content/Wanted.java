package dev.trine.server.content;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What is asked for. */
public sealed interface Wanted {
    /** One file: revision and path, with a slash between them; the longest revision that there is counts. */
    record File(String revisionAndPath) implements Wanted {
        private static final int BYTES_MAX = 8192;

        public File {
            requireShort(revisionAndPath, "revision_and_path", BYTES_MAX);
        }
    }

    /**
     * An archive.
     *
     * @param prefix what the name of every entry begins with
     * @param paths  files and directories, in order, each once; empty: all
     */
    record Archive(String revision, ArchiveFormat format, String prefix, List<String> paths) implements Wanted {
        private static final int REVISION_BYTES_MAX = 1024;
        private static final int PREFIX_BYTES_MAX = 255;
        private static final int PATHS_MAX = 100;
        private static final int PATH_BYTES_MAX = 4096;

        public Archive {
            requireShort(revision, "revision", REVISION_BYTES_MAX);
            requireShort(prefix, "prefix", PREFIX_BYTES_MAX);
            if (!isSafe(prefix)) {
                throw new IllegalArgumentException("the prefix of an archive is relative, without control characters"
                    + " and '.' or '..' segments");
            }
            paths = paths.stream().map(path -> path.replaceAll("/+$", "")).distinct().sorted().toList();
            if (paths.size() > PATHS_MAX) {
                throw new IllegalArgumentException(paths.size() + " paths in one archive, at most " + PATHS_MAX
                    + " are accepted");
            }
            paths.forEach(path -> requireShort(path, "path", PATH_BYTES_MAX));
        }

        private static boolean isSafe(String prefix) {
            return !prefix.startsWith("/") && prefix.chars().noneMatch(Character::isISOControl)
                && prefix.indexOf('\\') < 0
                && Arrays.stream(prefix.split("/")).noneMatch(part -> part.equals("..") || part.equals("."));
        }
    }

    private static void requireShort(String value, String field, int bytesMax) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > bytesMax) {
            throw new IllegalArgumentException(field + " has " + bytes + " bytes, at most " + bytesMax
                + " are accepted");
        }
    }
}
