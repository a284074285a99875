package dev.trine.server.repo;

import dev.trine.common.model.RepoId;
import java.io.IOException;

/** The Git storage of a repository misbehaved; nothing that was read from it reached anybody. */
public final class StorageTroubleException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient StorageTrouble trouble;

    StorageTroubleException(RepoId repo, StorageTrouble trouble, Throwable cause) {
        super("repository " + repo + ": " + trouble.fact(), cause);
        this.trouble = trouble;
    }

    StorageTroubleException(RepoId repo, StorageTrouble trouble) {
        this(repo, trouble, null);
    }

    /** What is wrong. */
    public StorageTrouble trouble() {
        return trouble;
    }
}
