package dev.trine.server.content;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;

/**
 * What belongs into an archive of a tree, in the order and by the rules of git-archive(1): what export-ignore names is
 * left out, a directory comes before the first of what is in it and not without, a submodule is an empty directory.
 */
final class ArchiveTree {
    private static final int PATH_BYTES_MAX = 4096;
    /** Some ten seconds. */
    private static final long RULE_STEPS_MAX = 2_000_000_000L;

    private final ObjectReader reader;
    private final int entriesMax;
    private final Presence clients;

    /**
     * Reads trees.
     *
     * @param entriesMax files and directories that are looked at
     * @param clients    for whom; when the last one has gone, nothing more is looked at
     */
    ArchiveTree(ObjectReader reader, int entriesMax, Presence clients) {
        this.reader = reader;
        this.entriesMax = entriesMax;
        this.clients = clients;
    }

    /** Is shown what belongs in; paths have no slash at the end. */
    interface Visitor {
        /** A directory, or a submodule. */
        void directory(String path) throws IOException;

        /** A file. */
        void file(String path, boolean executable, ObjectId content) throws IOException;

        /** A symbolic link. */
        void link(String path, ObjectId target) throws IOException;
    }

    /**
     * Shows it.
     *
     * @param paths files and directories to show; empty: all
     */
    void visit(ObjectId tree, List<String> paths, Visitor visitor) throws IOException {
        ExportRules rules = new ExportRules(reader, RULE_STEPS_MAX);
        Deque<String> unseen = new ArrayDeque<>();
        int looked = 0;
        try (TreeWalk walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            if (!paths.isEmpty()) {
                walk.setFilter(PathFilterGroup.createFromStrings(paths));
            }
            rules.enter("", tree);
            while (walk.next()) {
                looked++;
                clients.require();
                String path = path(walk, looked);
                rules.leaveTo(walk.getDepth() + 1);
                while (!unseen.isEmpty() && !path.startsWith(unseen.getLast() + "/")) {
                    unseen.removeLast();
                }
                if (!walk.isSubtree()) {
                    for (String directory = unseen.pollFirst(); directory != null; directory = unseen.pollFirst()) {
                        visitor.directory(directory);
                    }
                    entry(walk, path, rules, visitor);
                } else if (!rules.ignores(path, true)) {
                    unseen.addLast(path);
                    rules.enter(path + "/", walk.getObjectId(0));
                    walk.enterSubtree();
                }
            }
        }
    }

    private String path(TreeWalk walk, int looked) throws IOException {
        if (looked > entriesMax) {
            throw NotServedException.tooLarge("an archive is made of at most " + entriesMax
                + " files and directories (archive.entries-max); ask for parts of it, with path");
        }
        if (walk.getPathLength() > PATH_BYTES_MAX) {
            throw NotServedException.tooLarge("a path has " + walk.getPathLength() + " bytes, over the limit of "
                + PATH_BYTES_MAX + ", which cannot be set");
        }
        String name = walk.getNameString();
        if (name.equals("..") || name.equals(".")) {
            throw NotServedException.tooLarge("the commit has a file named '" + name + "', which no archive may have");
        }
        return walk.getPathString();
    }

    private static void entry(TreeWalk walk, String path, ExportRules rules, Visitor visitor) throws IOException {
        int type = walk.getRawMode(0) & FileMode.TYPE_MASK;
        boolean submodule = type == FileMode.TYPE_GITLINK;
        if (rules.ignores(path, submodule)) {
            return;
        }
        if (submodule) {
            visitor.directory(path);
        } else if (type == FileMode.TYPE_SYMLINK) {
            visitor.link(path, walk.getObjectId(0));
        } else {
            visitor.file(path, FileMode.EXECUTABLE_FILE.equals(walk.getRawMode(0)), walk.getObjectId(0));
        }
    }
}
