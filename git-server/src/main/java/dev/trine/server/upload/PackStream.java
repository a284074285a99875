package dev.trine.server.upload;

import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.RepositoryView;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.BitmapIndex.BitmapBuilder;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.revwalk.BitmapWalker;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.storage.pack.PackStatistics;
import org.eclipse.jgit.transport.FilterSpec;

/**
 * Makes the pack of a fetch and streams it. A clone is cut out of the bitmapped pack, where there is one; other packs
 * are put together of objects, and reuse stored deltas. New deltas are searched only for plain fetches, and where a
 * clone would have to hold many objects whole: for other shallow and filtered ones the search costs far more than the
 * few percent of bytes that it saves.
 */
final class PackStream {
    private static final String TAGS = "refs/tags/";
    private static final String COUNTING = "Counting objects";

    private final RepositoryView view;
    private final FetchResources resources;
    private final ObjectReader reader;
    private final Set<FetchOption> options;
    private final ObjectSelection selection;

    PackStream(RepositoryView view, FetchResources resources, ObjectReader reader, Set<FetchOption> options,
               ObjectSelection selection) {
        this.view = view;
        this.resources = resources;
        this.reader = reader;
        this.options = options;
        this.selection = selection;
    }

    /** Whether the objects can be read off a bitmap; else the whole of what is sent is walked. */
    boolean usesBitmap() throws IOException {
        return selection.grafts().isEmpty() && isFilterOfPackWriter() && reader.getBitmapIndex() != null;
    }

    /** Writes the pack and returns one line of statistics for the client's user. */
    String write(OutputStream pack, ProgressMonitor progress) throws IOException {
        Optional<PackReuse> reuse = reuse(progress);
        boolean wasteful = reuse.isPresent() && reuse.get().isWasteful();
        if (reuse.isEmpty() || wasteful) {
            return putTogether(pack, progress, wasteful);
        }
        try (WholeEntries wholes = new WholeEntries(reader, resources.wholes(), view.id())) {
            return reuse.get().write(pack, wholes);
        }
    }

    private Optional<PackReuse> reuse(ProgressMonitor progress) throws IOException {
        boolean blobs = selection.filter() instanceof Filter.Everything;
        boolean reusable = selection.common().isEmpty() && options.contains(FetchOption.OFS_DELTA)
            && (blobs || selection.filter() instanceof Filter.NoBlobs);
        Optional<MainPack> main = reusable ? MainPack.of(view.git(), reader, resources.offsets()) : Optional.empty();
        if (main.isEmpty()) {
            return Optional.empty();
        }
        progress.beginTask(COUNTING, ProgressMonitor.UNKNOWN);
        WantedEntries wanted = selection.grafts().isEmpty() ? byBitmap(main.get(), blobs, progress)
            : WantedEntries.walked(main.get().bitmaps(), reader, selection, progress);
        progress.endTask();
        if (options.contains(FetchOption.INCLUDE_TAG)) {
            includeTags(wanted::holds, wanted::add);
        }
        return wanted.areMostlyInPack() ? Optional.of(PackReuse.of(main.get(), wanted)) : Optional.empty();
    }

    private WantedEntries byBitmap(MainPack main, boolean blobs, ProgressMonitor progress) throws IOException {
        try (ObjectWalk walk = new ObjectWalk(reader)) {
            BitmapBuilder needed = new BitmapWalker(walk, reader.getBitmapIndex(), progress)
                .findObjects(selection.wants(), null, false);
            return WantedEntries.of(main.bitmaps(), needed, selection.wants(), blobs);
        }
    }

    private String putTogether(OutputStream pack, ProgressMonitor progress, boolean searches) throws IOException {
        try (PackWriter writer = new PackWriter(config(searches), reader, new PackStatistics.Accumulator())) {
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
                includeTags(writer::willInclude, writer::addObject);
            }
            writer.enableSearchForReuseTimeout();
            writer.writePack(progress, NullProgressMonitor.INSTANCE, pack);
            return writer.getStatistics().getMessage();
        }
    }

    private PackConfig config(boolean searches) {
        PackConfig config = new PackConfig();
        config.setThreads(1);
        config.setDeltaCompress(searches
            || selection.grafts().isEmpty() && selection.filter() instanceof Filter.Everything);
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

    /** Whether an object will be in the pack. */
    @FunctionalInterface
    private interface Included {
        boolean test(AnyObjectId object) throws IOException;
    }

    /** Adds a tag to the pack. */
    @FunctionalInterface
    private interface Addition {
        void accept(RevTag tag) throws IOException;
    }

    /** Adds annotated tags whose object is in the pack: the client would otherwise ask for them next. */
    private void includeTags(Included included, Addition add) throws IOException {
        List<ObjectId> tags = new ArrayList<>();
        try {
            view.refs().scan(TAGS, (name, value) -> {
                if (value instanceof RefValue.Direct direct && isObjectIncluded(included, direct)) {
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
                    if (!included.test(tag) && !selection.wants().contains(tag)) {
                        add.accept(tag);
                    }
                    object = walk.parseAny(tag.getObject());
                }
            }
        }
    }

    private static boolean isObjectIncluded(Included included, RefValue.Direct tag) {
        try {
            return tag.peeled().isPresent() && included.test(ObjectId.fromString(tag.peeled().get().hex()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
