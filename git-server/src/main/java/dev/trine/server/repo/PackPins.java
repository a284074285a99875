package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts who uses which pack, and removes a suspect pack when nobody does any more. A pack is suspect from its
 * installation, and again once it has been taken off the list; a suspect pack that is listed after all is kept.
 * Everything about one pack happens under the map's lock for its key, so that a pack cannot be removed while it is
 * being pinned.
 */
final class PackPins {
    private static final Logger LOG = LoggerFactory.getLogger(PackPins.class);

    private final ConcurrentHashMap<Key, Uses> uses = new ConcurrentHashMap<>();
    private final PackListing listing;
    private final Consumer<Key> removal;

    PackPins(PackListing listing, Consumer<Key> removal) {
        this.listing = listing;
        this.removal = removal;
    }

    /** A pack of a repository. */
    record Key(RepoId repo, PackName pack) {
    }

    private record Uses(int count, boolean suspect) {
    }

    PackPin pin(RepoId repo, Collection<PackName> packs) {
        return pin(repo, List.copyOf(packs), false);
    }

    /** Pins a pack that is about to be installed. */
    PackPin pinNew(RepoId repo, PackName pack) {
        return pin(repo, List.of(pack), true);
    }

    private PackPin pin(RepoId repo, List<PackName> packs, boolean suspect) {
        for (PackName pack : packs) {
            uses.merge(new Key(repo, pack), new Uses(1, suspect),
                (old, one) -> new Uses(old.count + 1, old.suspect || suspect));
        }
        return new Pin(repo, packs);
    }

    void reap(RepoId repo, Collection<PackName> packs) throws IOException {
        try {
            for (PackName pack : packs) {
                uses.compute(new Key(repo, pack), (key, now) -> {
                    if (now != null) {
                        return new Uses(now.count, true);
                    }
                    removeUnlisted(key);
                    return null;
                });
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void removeUnlisted(Key key) {
        if (!listing.lists(key.repo, key.pack)) {
            removal.accept(key);
        }
    }

    private void unpin(Key pinned) {
        uses.compute(pinned, (key, now) -> {
            if (now == null) {
                throw new IllegalStateException("unpinned more often than pinned: " + key);
            }
            if (now.count > 1) {
                return new Uses(now.count - 1, now.suspect);
            }
            if (now.suspect) {
                removeQuietly(key);
            }
            return null;
        });
    }

    /** What cannot be removed now wastes space until the next start sweeps; the request that ended is not to blame. */
    private void removeQuietly(Key key) {
        try {
            removeUnlisted(key);
        } catch (UncheckedIOException e) {
            LOG.atWarn().addKeyValue("repo", key.repo).addKeyValue("pack", key.pack).setCause(e)
                .log("unlisted pack not removed");
        }
    }

    private final class Pin implements PackPin {
        private final RepoId repo;
        private final List<PackName> packs;
        private final AtomicBoolean closed = new AtomicBoolean();

        Pin(RepoId repo, List<PackName> packs) {
            this.repo = repo;
            this.packs = packs;
        }

        @Override
        public RepoId repo() {
            return repo;
        }

        @Override
        public List<PackName> packs() {
            return packs;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                packs.forEach(pack -> unpin(new Key(repo, pack)));
            }
        }
    }
}
