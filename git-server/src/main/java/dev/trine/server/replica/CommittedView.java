package dev.trine.server.replica;
import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.RefListing;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.replication.RefTable;
import dev.trine.server.repo.ObjectView;
import dev.trine.server.store.ReplicaSnapshot;
import java.time.Instant;
import org.eclipse.jgit.lib.Repository;

/** Refs and objects of one committed position, unchanging: a snapshot of the store and the packs that it lists. */
final class CommittedView implements RepositoryView {
    private final ReplicaSnapshot snapshot;
    private final ObjectView objects;
    private final RefListing listing;
    private final Instant opened;

    /** Takes over snapshot and objects; closes them. */
    CommittedView(ReplicaSnapshot snapshot, ObjectView objects, RefListing listing, Instant opened) {
        this.snapshot = snapshot;
        this.objects = objects;
        this.listing = listing;
        this.opened = opened;
    }

    /** When the state was looked at, or a little earlier. */
    Instant opened() {
        return opened;
    }

    ReplicaSnapshot snapshot() {
        return snapshot;
    }

    ObjectView objects() {
        return objects;
    }

    @Override
    public RepoId id() {
        return objects.repo();
    }

    @Override
    public Position at() {
        return snapshot.state().committed();
    }

    @Override
    public RefTable refs() {
        return snapshot.refs();
    }

    @Override
    public RefListing listing() {
        return listing;
    }

    @Override
    public Repository git() {
        return objects.git();
    }

    @Override
    public void close() {
        try (snapshot) {
            objects.close();
        }
    }
}
