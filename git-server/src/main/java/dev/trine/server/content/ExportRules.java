package dev.trine.server.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * What the .gitattributes files of the archived commit leave out of an archive, by the attribute export-ignore
 * (gitattributes(5)). Used by one thread, on its way through a tree.
 */
final class ExportRules {
    private static final int FILE_BYTES_MAX = 256 << 10;
    private static final int RULES_MAX = 1000;

    private final ObjectReader reader;
    private final long stepsMax;
    private final Deque<Directory> path = new ArrayDeque<>();
    private long steps;

    /**
     * None yet.
     *
     * @param stepsMax what comparing all entries with all rules may cost
     */
    ExportRules(ObjectReader reader, long stepsMax) {
        this.reader = reader;
        this.stepsMax = stepsMax;
    }

    /** The rules in one directory, the last one first. */
    private record Directory(String prefix, List<ExportRule> rules) {
    }

    /**
     * Goes into a directory.
     *
     * @param prefix its path with a slash at the end; of the root empty
     */
    void enter(String prefix, AnyObjectId tree) throws IOException {
        path.push(new Directory(prefix, rules(prefix, tree)));
    }

    /** Goes back until it is so many directories deep, the root being the first. */
    void leaveTo(int depth) {
        while (path.size() > depth) {
            path.pop();
        }
    }

    /** Whether an entry of the present directory is left out. */
    boolean ignores(String entry, boolean directory) throws NotServedException {
        for (Directory each : path) {
            String relative = entry.substring(each.prefix().length());
            for (ExportRule rule : each.rules()) {
                spend(1);
                if (rule.matches(relative, directory, this::spend)) {
                    return rule.ignores();
                }
            }
        }
        return false;
    }

    private void spend(long count) throws NotServedException {
        steps += count;
        if (steps > stepsMax) {
            throw NotServedException.tooLarge("to compare the rules about " + ExportRule.ATTRIBUTE
                + " with the paths of this archive takes more than " + stepsMax + " steps, a limit which cannot be set;"
                + " ask for parts of it, with path");
        }
    }

    private List<ExportRule> rules(String prefix, AnyObjectId tree) throws IOException {
        try (TreeWalk found = TreeWalk.forPath(reader, Constants.DOT_GIT_ATTRIBUTES, tree)) {
            if (found == null || (found.getRawMode(0) & FileMode.TYPE_MASK) != FileMode.TYPE_FILE) {
                return List.of();
            }
            long bytes = reader.getObjectSize(found.getObjectId(0), Constants.OBJ_BLOB);
            if (bytes > FILE_BYTES_MAX) {
                throw NotServedException.tooLarge("'" + prefix + Constants.DOT_GIT_ATTRIBUTES + "' has " + bytes
                    + " bytes, over the limit of " + FILE_BYTES_MAX + ", which cannot be set");
            }
            String all = new String(reader.open(found.getObjectId(0), Constants.OBJ_BLOB)
                .getCachedBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8);
            List<ExportRule> rules = all.lines().flatMap(line -> ExportRule.of(line).stream()).toList().reversed();
            if (rules.size() > RULES_MAX) {
                throw NotServedException.tooLarge("'" + prefix + Constants.DOT_GIT_ATTRIBUTES + "' has " + rules.size()
                    + " rules about " + ExportRule.ATTRIBUTE + ", over the limit of " + RULES_MAX
                    + ", which cannot be set");
            }
            return rules;
        }
    }
}
