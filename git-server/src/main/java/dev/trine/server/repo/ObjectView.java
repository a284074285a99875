package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * A repository's refs and objects as one request sees them: unchanging, read only, cheap to open (0.2 ms). The files of
 * its packs are pinned until it is closed. Threads may share it.
 */
public final class ObjectView implements AutoCloseable {
    private final RepoId repo;
    private final RefTable refs;
    private final List<PackName> committedPacks;
    private final List<PackName> quarantinedPacks;
    private final Set<PackName> selfContainedPacks;
    private final LocalRepository git;
    private final PackPin pin;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Takes over the repository and the pin.
     *
     * @param selfContainedPacks those of the quarantined packs that are known to be complete in themselves
     */
    ObjectView(LocalRepository git, RefTable refs, List<PackName> committedPacks, List<PackName> quarantinedPacks,
               Set<PackName> selfContainedPacks, PackPin pin) {
        this.repo = pin.repo();
        this.refs = refs;
        this.committedPacks = List.copyOf(committedPacks);
        this.quarantinedPacks = List.copyOf(quarantinedPacks);
        this.selfContainedPacks = Set.copyOf(selfContainedPacks);
        this.git = git;
        this.pin = pin;
    }

    /** Whose objects. */
    public RepoId repo() {
        return repo;
    }

    /** The refs that it shows. */
    public RefTable refs() {
        return refs;
    }

    /** Packs of the committed pack set, as given. */
    public List<PackName> committedPacks() {
        return committedPacks;
    }

    /** Packs that only this view shows, as given. */
    public List<PackName> quarantinedPacks() {
        return quarantinedPacks;
    }

    Set<PackName> selfContainedPacks() {
        return selfContainedPacks;
    }

    /** JGit's view of it. Writing through it fails. Closed with this. */
    public Repository git() {
        return git;
    }

    LocalRepository local() {
        return git;
    }

    /** Whether some pack of the view holds the object. Says nothing about what it reaches. */
    public boolean has(ObjectName object) throws IOException {
        try (ObjectReader reader = git.newObjectReader()) {
            return reader.has(ObjectId.fromString(object.hex()));
        }
    }

    /** How many of these objects no pack of the view holds. */
    public int lacking(Set<ObjectName> objects) throws IOException {
        int lacking = 0;
        try (ObjectReader reader = git.newObjectReader()) {
            for (ObjectName object : objects) {
                lacking += reader.has(ObjectId.fromString(object.hex())) ? 0 : 1;
            }
        }
        return lacking;
    }

    /**
     * What an annotated tag finally names; empty: the object is not a tag.
     *
     * @throws org.eclipse.jgit.errors.MissingObjectException an object of the chain is not there
     */
    public Optional<ObjectName> peel(ObjectName object) throws IOException {
        try (RevWalk walk = new RevWalk(git)) {
            RevObject start = walk.parseAny(ObjectId.fromString(object.hex()));
            return start instanceof RevTag ? Optional.of(new ObjectName(walk.peel(start).name())) : Optional.empty();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            git.close();
            pin.close();
        }
    }
}
