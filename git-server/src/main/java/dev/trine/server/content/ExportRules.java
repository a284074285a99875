package dev.trine.server.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.AttributesNode;
import org.eclipse.jgit.attributes.AttributesRule;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * What the .gitattributes files of the archived commit leave out of an archive, by the attribute export-ignore
 * (gitattributes(5)). Macros are not followed. Used by one thread, on its way through a tree.
 */
final class ExportRules {
    private static final String ATTRIBUTE = "export-ignore";
    private static final int FILE_BYTES_MAX = 256 << 10;
    private static final int RULES_MAX = 1000;

    private final ObjectReader reader;
    private final Deque<Directory> path = new ArrayDeque<>();

    ExportRules(ObjectReader reader) {
        this.reader = reader;
    }

    /** The rules in one directory, the last one first. */
    private record Directory(String prefix, List<AttributesRule> rules) {
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
    boolean ignores(String entry, boolean directory) {
        for (Directory each : path) {
            String relative = entry.substring(each.prefix().length());
            for (AttributesRule rule : each.rules()) {
                if (rule.isMatch(relative, directory)) {
                    return attribute(rule).orElseThrow().getState() == Attribute.State.SET;
                }
            }
        }
        return false;
    }

    private List<AttributesRule> rules(String prefix, AnyObjectId tree) throws IOException {
        try (TreeWalk found = TreeWalk.forPath(reader, Constants.DOT_GIT_ATTRIBUTES, tree)) {
            if (found == null || (found.getRawMode(0) & FileMode.TYPE_MASK) != FileMode.TYPE_FILE) {
                return List.of();
            }
            long bytes = reader.getObjectSize(found.getObjectId(0), Constants.OBJ_BLOB);
            if (bytes > FILE_BYTES_MAX) {
                throw NotServedException.tooLarge("'" + prefix + Constants.DOT_GIT_ATTRIBUTES + "' has " + bytes
                    + " bytes, over the limit of " + FILE_BYTES_MAX + ", which cannot be set");
            }
            AttributesNode all = new AttributesNode();
            all.parse(new ByteArrayInputStream(
                reader.open(found.getObjectId(0), Constants.OBJ_BLOB).getCachedBytes(FILE_BYTES_MAX)));
            List<AttributesRule> rules = all.getRules().reversed().stream()
                .filter(rule -> attribute(rule).isPresent()).toList();
            if (rules.size() > RULES_MAX) {
                throw NotServedException.tooLarge("'" + prefix + Constants.DOT_GIT_ATTRIBUTES + "' has " + rules.size()
                    + " rules about " + ATTRIBUTE + ", over the limit of " + RULES_MAX + ", which cannot be set");
            }
            return rules;
        }
    }

    private static Optional<Attribute> attribute(AttributesRule rule) {
        return rule.getAttributes().reversed().stream().filter(each -> each.getKey().equals(ATTRIBUTE)).findFirst();
    }
}
