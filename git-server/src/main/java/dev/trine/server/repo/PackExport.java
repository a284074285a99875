package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import java.io.IOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ProgressMonitor;

/** Writes packs for peers that lack some objects. Called by many threads. */
public final class PackExport {
    private final PackFiles files;

    /** Opens nothing; JGit must be started first. */
    public PackExport(PackFiles files, JGitRuntime runtime) {
        Objects.requireNonNull(runtime, "JGit must be started first");
        this.files = files;
    }

    /**
     * Writes all objects that the wants reach and the haves do not into one pack with its index, complete in itself.
     * Copies what is stored and searches for no deltas: the asker's compaction will.
     *
     * @param view     where the objects are
     * @param wants    must be in the view
     * @param haves    what the asker has, with all that they reach; those that no ref of the view reaches are ignored
     * @param progress told about counting and writing
     * @return the pack; empty: there is nothing to send
     * @throws org.eclipse.jgit.errors.MissingObjectException a want, or an object that it reaches, is not in the view
     */
    public Optional<ExportedPack> write(ObjectView view, Set<ObjectName> wants, Set<ObjectName> haves,
                                        ProgressMonitor progress) throws IOException {
        Set<ObjectId> lacking = new HashSet<>(Names.ids(wants));
        lacking.removeAll(Names.ids(haves));
        if (lacking.isEmpty()) {
            return Optional.empty();
        }
        Set<ObjectId> present;
        try (CommittedObjects committed = new CommittedObjects(view, Set.of())) {
            // walking down from an object that merely lies around could meet what has been collected
            present = committed.reachableStarts(Names.ids(haves));
        }
        try (ObjectReader reader = view.git().newObjectReader(); PackWriter writer = PackWriters.copying(reader)) {
            writer.setUseBitmaps(true);
            writer.preparePack(progress, lacking, present);
            if (writer.getObjectCount() == 0) {
                return Optional.empty();
            }
            // not closed: the files live on in the export
            return Optional.of(WrittenPack.write(files, view.repo(), writer, progress)
                .export(present.isEmpty()));
        }
    }
}
