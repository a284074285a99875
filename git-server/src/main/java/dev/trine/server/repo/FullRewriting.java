package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * One rewriting of all packs of a view: what branches and tags reach into a main pack with a bitmap, what else is to
 * survive into another. Used by one thread.
 */
final class FullRewriting implements AutoCloseable {
    private final PackFiles files;
    private final ObjectView view;
    private final Collection<StoredPack> sources;
    private final LocalRepository git;
    private final ObjectReader reader;
    private final NewPacks added;
    private final Instant now;

    /**
     * Writes nothing yet.
     *
     * @param view    pins the packs; the caller keeps it open
     * @param sources the view's committed packs
     * @param now     when the new main pack counts as written: not before any of the sources
     */
    FullRewriting(PackFiles files, ObjectView view, Collection<StoredPack> sources, Instant now) {
        this.files = files;
        this.view = view;
        this.sources = sources;
        this.now = now;
        this.git = LocalRepository.forRewriting(files, view.repo(), view.refs(), view.committedPacks());
        this.reader = git.newObjectReader();
        this.added = new NewPacks(files, view.repo());
    }

    /** See {@link Compaction#run}. */
    Optional<Compacted> run(Set<ObjectName> keep, Instant keepUnreachable) throws IOException {
        Roots roots = Roots.read(view.refs());
        if (!roots.main().isEmpty()) {
            writeMain(roots);
        }
        Set<ObjectId> kept = Names.ids(keep);
        writeRest(roots.others(), kept, keepUnreachable);
        return added.swap(sources.stream().map(StoredPack::name).toList(), Roots.survivors(view, keep));
    }

    /** Names of all packs that it wrote. */
    List<PackName> left() {
        return added.names();
    }

    private void writeMain(Roots roots) throws IOException {
        try (PackWriter writer = PackWriters.compressing(reader)) {
            writer.setTagTargets(roots.tagTargets());
            writer.preparePack(NullProgressMonitor.INSTANCE, roots.main(), Set.of(), Set.of(), roots.tags());
            write(writer, now);
        }
    }

    private void writeRest(Set<ObjectId> others, Set<ObjectId> kept, Instant keepUnreachable) throws IOException {
        try (RestObjects rest = new RestObjects(reader, added.index())) {
            rest.addReachable(others);
            rest.addReachableOfWhatIsThere(kept);
            int reachable = rest.objects().size();
            Instant newest = Instant.MIN;
            for (StoredPack source : sources) {
                if (source.written().isAfter(keepUnreachable)) {
                    rest.addAll(files, view.repo(), source.name());
                    newest = source.written().isAfter(newest) ? source.written() : newest;
                }
            }
            if (!rest.objects().isEmpty()) {
                try (PackWriter writer = PackWriters.copying(reader)) {
                    writer.preparePack(rest.objects().iterator());
                    write(writer, rest.objects().size() == reachable ? now : newest);
                }
            }
        }
    }

    private void write(PackWriter writer, Instant written) throws IOException {
        try (WrittenPack pack = WrittenPack.write(files, view.repo(), writer, NullProgressMonitor.INSTANCE)) {
            added.install(pack, written);
        }
    }

    @Override
    public void close() {
        added.close();
        reader.close();
        git.close();
    }
}
