package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.util.List;

/**
 * Keeps the files of some packs from being removed. Closing the last pin of a pack that {@link PackListing} does not
 * list removes its files: so whoever receives a pack lists it durably before closing the pin, or the pack is gone.
 */
public interface PackPin extends AutoCloseable {
    /** Whose packs. */
    RepoId repo();

    /** The pinned packs. */
    List<PackName> packs();

    /** Idempotent. */
    @Override
    void close();
}
