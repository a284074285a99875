package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.StoredPacks;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.internal.storage.dfs.DfsObjDatabase.PackSource;
import org.eclipse.jgit.internal.storage.dfs.DfsPackDescription;
import org.eclipse.jgit.internal.storage.dfs.DfsReaderOptions;
import org.eclipse.jgit.internal.storage.dfs.DfsRepository;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryBuilder;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.ReadableChannel;
import org.eclipse.jgit.internal.storage.pack.PackExt;
import org.eclipse.jgit.lib.RefDatabase;

/** JGit's view of an explicit list of local packs and a table of refs; read only. */
final class LocalRepository extends DfsRepository implements StoredPacks {
    // JGit chains what it holds in a thousand lists: of many small trees it finds few fast enough when it holds more
    private static final int DELTA_BASE_CACHE_BYTES = 4 << 20;

    private final LocalObjectDatabase objects;
    private final RefTableDatabase refs;

    /** For requests: the main pack is looked into first, and clients have searched for deltas before they pushed. */
    static LocalRepository forServing(PackFiles files, RepoId repo, RefTable refs, List<PackName> packs) {
        return new LocalRepository(files, repo, refs, packs, PackSource.GC_REST);
    }

    /** For a rewriting, which has the time to search for deltas where clients found none. */
    static LocalRepository forRewriting(PackFiles files, RepoId repo, RefTable refs, List<PackName> packs) {
        return new LocalRepository(files, repo, refs, packs, PackSource.RECEIVE);
    }

    private LocalRepository(PackFiles files, RepoId repo, RefTable refs, List<PackName> packs, PackSource others) {
        super(new Builder().setRepositoryDescription(new DfsRepositoryDescription(repo.value())));
        getConfig().setInt("pack", null, "threads", 1); // requests run in parallel, each on one thread
        this.objects = new LocalObjectDatabase(this, readerOptions(), files, repo, packs, others);
        this.refs = new RefTableDatabase(refs);
    }

    private static DfsReaderOptions readerOptions() {
        DfsReaderOptions options = new DfsReaderOptions();
        options.setDeltaBaseCacheLimit(DELTA_BASE_CACHE_BYTES);
        return options;
    }

    @Override
    public LocalObjectDatabase getObjectDatabase() {
        return objects;
    }

    @Override
    public RefDatabase getRefDatabase() {
        return refs;
    }

    @Override
    public ReadableChannel openPack(DfsPackDescription pack) throws IOException {
        return objects.openFile(pack, PackExt.PACK);
    }

    private static final class Builder extends DfsRepositoryBuilder<Builder, LocalRepository> {
        @Override
        public LocalRepository build() {
            throw new UnsupportedOperationException("a view is opened by GitObjects");
        }
    }
}
