package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;

/** What the node's durable state says about packs. Called by many threads, also while files are being removed. */
@FunctionalInterface
public interface PackListing {
    /** Whether a repository's committed pack set, or a push staged for it, lists the pack. */
    boolean lists(RepoId repo, PackName pack);
}
