package dev.trine.server.repo;

import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sync of a pack that has its name already, of its index and of their directory, all at once: a journal takes them
 * together. Until it has ended the pack must not be listed. Any thread may wait for it.
 */
public final class PackSync {
    private final PackFiles files;
    private final RepoId repo;
    private final List<SyncBeside> underWay;

    private PackSync(PackFiles files, RepoId repo, List<SyncBeside> underWay) {
        this.files = files;
        this.repo = repo;
        this.underWay = underWay;
    }

    static PackSync begin(PackFiles files, RepoId repo, List<Path> paths) {
        return new PackSync(files, repo, paths.stream().map(path -> SyncBeside.begin(files.disk(), path)).toList());
    }

    /**
     * Waits until the pack is durable.
     *
     * @throws IOException it may not be, and must not be listed
     */
    public void await() throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (SyncBeside sync : underWay) {
            Optional<IOException> failure = sync.await();
            failure.ifPresent(failures::add);
        }
        if (!failures.isEmpty()) {
            throw files.blamed(repo, failures.getFirst());
        }
    }
}
