package dev.trine.server.upload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevFlag;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.filter.ObjectFilter;

/**
 * The objects of a selection whose filter is none of those that PackWriter knows. A tree may be met at several depths;
 * it is walked again where it is met nearer to its root.
 */
final class FilteredObjects {
    private final ObjectReader reader;
    private final ObjectSelection selection;
    private final ProgressMonitor progress;
    private final Set<ObjectId> chosen = new HashSet<>();
    private final List<RevObject> result = new ArrayList<>();

    FilteredObjects(ObjectReader reader, ObjectSelection selection, ProgressMonitor progress) {
        this.reader = reader;
        this.selection = selection;
        this.progress = progress;
    }

    /** Finds them, commits first. */
    List<RevObject> find() throws IOException {
        progress.beginTask("Enumerating objects", ProgressMonitor.UNKNOWN);
        try (ObjectWalk walk = new ObjectWalk(reader)) {
            walk.setRetainBody(false);
            walk.assumeShallow(selection.grafts());
            walk.setVisitationPolicy(new NearestVisit(walk));
            walk.setObjectFilter(new Enterable(selection.filter()));
            for (ObjectId want : selection.wants()) {
                walk.markStart(walk.parseAny(want));
            }
            for (ObjectId common : selection.common()) {
                walk.markUninteresting(walk.parseAny(common));
            }
            commits(walk);
            treesAndBlobs(walk);
        }
        progress.endTask();
        return result;
    }

    private void commits(ObjectWalk walk) throws IOException {
        for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
            choose(commit, 0);
        }
    }

    private void treesAndBlobs(ObjectWalk walk) throws IOException {
        int depthOfRoot = 0;
        for (RevObject object = walk.nextObject(); object != null; object = walk.nextObject()) {
            if (object.has(RevFlag.UNINTERESTING)) {
                continue;
            }
            boolean tree = object.getType() == Constants.OBJ_TREE;
            if (tree && walk.getTreeDepth() == 1) {
                depthOfRoot = selection.wants().contains(object) ? -1 : 0;
            }
            int depth = walk.getTreeDepth() - (tree ? 1 : 0) + depthOfRoot;
            choose(object, depth);
            if (tree && !isAnyAllowedAt(selection.filter(), depth + 1)) {
                walk.skipTree();
            }
        }
    }

    private void choose(RevObject object, int depth) throws IOException {
        boolean wanted = selection.wants().contains(object) || isAllowed(selection.filter(), object, depth);
        if (wanted && chosen.add(object)) {
            result.add(object);
            progress.update(1);
        }
    }

    private boolean isAllowed(Filter filter, RevObject object, int depth) throws IOException {
        int type = object.getType();
        return switch (filter) {
            case Filter.Everything everything -> true;
            case Filter.NoBlobs none -> type != Constants.OBJ_BLOB;
            case Filter.BlobsBelow below -> type != Constants.OBJ_BLOB
                || reader.getObjectSize(object, Constants.OBJ_BLOB) < below.bytes();
            case Filter.TreesAbove above -> type == Constants.OBJ_COMMIT || type == Constants.OBJ_TAG
                || depth < above.depth();
            case Filter.OfType of -> type == of.type();
            case Filter.All all -> {
                for (Filter part : all.filters()) {
                    if (!isAllowed(part, object, depth)) {
                        yield false;
                    }
                }
                yield true;
            }
        };
    }

    /** Whether a filter lets through any tree or blob at that depth or deeper. */
    private static boolean isAnyAllowedAt(Filter filter, long depth) {
        return switch (filter) {
            case Filter.Everything everything -> true;
            case Filter.NoBlobs none -> true;
            case Filter.BlobsBelow below -> true;
            case Filter.TreesAbove above -> depth < above.depth();
            case Filter.OfType of -> of.type() == Constants.OBJ_TREE || of.type() == Constants.OBJ_BLOB;
            case Filter.All all -> all.filters().stream().allMatch(part -> isAnyAllowedAt(part, depth));
        };
    }

    /** Keeps the walk out of the root trees of commits where the filter lets nothing through in any. */
    private static final class Enterable extends ObjectFilter {
        private final boolean any;

        Enterable(Filter filter) {
            this.any = isAnyAllowedAt(filter, 0);
        }

        @Override
        public boolean include(ObjectWalk walk, AnyObjectId id) {
            return any;
        }
    }

    /** Visits an object again where it is nearer to its root than before. */
    private static final class NearestVisit implements ObjectWalk.VisitationPolicy {
        private final ObjectWalk walk;
        private final Map<ObjectId, Integer> nearest = new HashMap<>();

        NearestVisit(ObjectWalk walk) {
            this.walk = walk;
        }

        @Override
        public boolean shouldVisit(RevObject object) {
            return walk.getTreeDepth() < nearest.getOrDefault(object, Integer.MAX_VALUE);
        }

        @Override
        public void visited(RevObject object) {
            nearest.put(object, walk.getTreeDepth());
        }
    }
}
