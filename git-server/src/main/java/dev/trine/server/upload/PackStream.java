package dev.trine.server.upload;

import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.storage.pack.PackStatistics;
import org.eclipse.jgit.transport.FilterSpec;

/**
 * Makes the pack of a fetch and streams it. A full clone copies a whole bitmapped pack as it is; other packs reuse
 * stored deltas. New deltas are searched only for plain fetches: for shallow and filtered ones the search costs far
 * more than the few percent of bytes that it saves.
 */
final class PackStream {
    private static final String TAGS = "refs/tags/";

    private final ObjectReader reader;
    private final RefTable refs;
    private final Set<FetchOption> options;
    private final ObjectSelection selection;

    PackStream(ObjectReader reader, RefTable refs, Set<FetchOption> options, ObjectSelection selection) {
        this.reader = reader;
        this.refs = refs;
        this.options = options;
        this.selection = selection;
    }

    /** Whether the objects can be read off a bitmap; else the whole of what is sent is walked. */
    boolean usesBitmap() throws IOException {
        return selection.grafts().isEmpty() && isFilterOfPackWriter() && reader.getBitmapIndex() != null;
    }

    /** Writes the pack and returns one line of statistics for the client's user. */
    String write(OutputStream pack, ProgressMonitor progress) throws IOException {
        try (PackWriter writer = new PackWriter(config(), reader, new PackStatistics.Accumulator())) {
            writer.setIndexDisabled(true);
            writer.setReuseDeltaCommits(true);
            writer.setReuseValidatingObjects(false);
            writer.setDeltaBaseAsOffset(options.contains(FetchOption.OFS_DELTA));
            writer.setUseCachedPacks(selection.filter() instanceof Filter.Everything);
            writer.setUseBitmaps(selection.grafts().isEmpty());
            if (isFilterOfPackWriter()) {
                writer.setThin(options.contains(FetchOption.THIN_PACK));
                writer.setFilterSpec(filterOfPackWriter());
                prepare(writer, progress);
            } else {
                writer.preparePack(new FilteredObjects(reader, selection, progress).find().iterator());
            }
            if (options.contains(FetchOption.INCLUDE_TAG)) {
                includeTags(writer);
            }
            writer.enableSearchForReuseTimeout();
            writer.writePack(progress, NullProgressMonitor.INSTANCE, pack);
            return writer.getStatistics().getMessage();
        }
    }

    private PackConfig config() {
        PackConfig config = new PackConfig();
        config.setThreads(1);
        config.setDeltaCompress(selection.grafts().isEmpty() && selection.filter() instanceof Filter.Everything);
        return config;
    }

    private void prepare(PackWriter writer, ProgressMonitor progress) throws IOException {
        try (ObjectWalk walk = new ObjectWalk(reader)) {
            walk.setRetainBody(false);
            walk.assumeShallow(selection.grafts());
            writer.preparePack(progress, walk, selection.wants(), selection.common(), PackWriter.NONE);
        }
    }

    private boolean isFilterOfPackWriter() {
        return switch (selection.filter()) {
            case Filter.Everything everything -> true;
            case Filter.NoBlobs none -> true;
            case Filter.BlobsBelow below -> true;
            case Filter.TreesAbove above -> false;
            case Filter.OfType of -> false;
            case Filter.All all -> false;
        };
    }

    /** JGit's limit is the greatest size that is sent, Git's the least that is not. */
    private FilterSpec filterOfPackWriter() throws PackProtocolException {
        return switch (selection.filter()) {
            case Filter.NoBlobs none -> FilterSpec.fromFilterLine("blob:none");
            case Filter.BlobsBelow below -> FilterSpec.fromFilterLine(
                below.bytes() == 0 ? "blob:none" : "blob:limit=" + (below.bytes() - 1));
            case Filter.Everything everything -> FilterSpec.NO_FILTER;
            case Filter.TreesAbove above -> throw new IllegalStateException(above.toString());
            case Filter.OfType of -> throw new IllegalStateException(of.toString());
            case Filter.All all -> throw new IllegalStateException(all.toString());
        };
    }

    /** Adds annotated tags whose object is in the pack: the client would otherwise ask for them next. */
    private void includeTags(PackWriter writer) throws IOException {
        List<ObjectId> tags = new ArrayList<>();
        try {
            refs.scan(TAGS, (name, value) -> {
                if (value instanceof RefValue.Direct direct && isObjectIncluded(writer, direct)) {
                    tags.add(ObjectId.fromString(direct.id().hex()));
                }
                return true;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        try (RevWalk walk = new RevWalk(reader)) {
            for (ObjectId id : tags) {
                RevObject object = walk.parseAny(id);
                while (object instanceof RevTag tag) {
                    if (!writer.willInclude(tag) && !selection.wants().contains(tag)) {
                        writer.addObject(tag);
                    }
                    object = walk.parseAny(tag.getObject());
                }
            }
        }
    }

    private static boolean isObjectIncluded(PackWriter writer, RefValue.Direct tag) {
        try {
            return tag.peeled().isPresent() && writer.willInclude(ObjectId.fromString(tag.peeled().get().hex()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
