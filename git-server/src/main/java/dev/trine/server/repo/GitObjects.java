package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.RefTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Opens views of this node's repositories. Called by many threads. */
public final class GitObjects {
    private final PackFiles files;

    /**
     * Opens no file.
     *
     * @param files   where the packs are
     * @param runtime JGit, set up; it must be started first
     */
    public GitObjects(PackFiles files, JGitRuntime runtime) {
        Objects.requireNonNull(runtime, "JGit must be started first");
        this.files = files;
    }

    /**
     * A view of refs and packs that the caller took from one committed state.
     *
     * @param repo             which repository
     * @param refs             its refs, including HEAD; must stay readable until the view is closed
     * @param committedPacks   the committed pack set
     * @param quarantinedPacks packs that only this view shows; usually none or one
     */
    public ObjectView open(RepoId repo, RefTable refs, List<PackName> committedPacks,
                           List<PackName> quarantinedPacks) {
        List<PackName> all = new ArrayList<>(committedPacks);
        quarantinedPacks.stream().filter(pack -> !committedPacks.contains(pack)).forEach(all::add);
        PackPin pin = files.pin(repo, all);
        Set<PackName> selfContained = quarantinedPacks.stream()
            .filter(pack -> files.isSelfContained(repo, pack)).collect(Collectors.toSet());
        LocalRepository git = LocalRepository.forServing(files, repo, refs, all);
        return new ObjectView(git, refs, committedPacks, quarantinedPacks, selfContained, pin);
    }
}
