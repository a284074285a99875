package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectIdSet;

/** The packs that one rewriting has installed. Closing lets go of those that are not swapped in. Used by one thread. */
final class NewPacks implements AutoCloseable {
    private final PackFiles files;
    private final RepoId repo;
    private final List<PackName> names = new ArrayList<>();
    private final List<PackIndex> indexes = new ArrayList<>();
    private final List<PackPin> pins = new ArrayList<>();

    NewPacks(PackFiles files, RepoId repo) {
        this.files = files;
        this.repo = repo;
    }

    void install(WrittenPack written, Instant when) throws IOException {
        PackIndex index = PackIndex.open(written.index().toFile());
        pins.add(written.install(when));
        names.add(written.stored().name());
        indexes.add(index);
    }

    List<PackName> names() {
        return names;
    }

    /** The objects of all of them. */
    ObjectIdSet index() {
        return new ObjectIdSet() {
            @Override
            public boolean contains(AnyObjectId id) {
                return indexes.stream().anyMatch(index -> index.contains(id));
            }
        };
    }

    /** The exchange of some packs for these; empty: they are the same. */
    Optional<Compacted> swap(Collection<PackName> sources, Set<ObjectName> roots) {
        List<PackName> added = names.stream().filter(name -> !sources.contains(name)).toList();
        List<PackName> replaced = sources.stream().filter(name -> !names.contains(name)).toList();
        return added.isEmpty() && replaced.isEmpty() ? Optional.empty()
            : Optional.of(new Compacted(added, replaced, roots, files.pin(repo, added)));
    }

    @Override
    public void close() {
        pins.forEach(PackPin::close);
    }
}
