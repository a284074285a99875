package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.internal.storage.dfs.DfsObjDatabase;
import org.eclipse.jgit.internal.storage.dfs.DfsOutputStream;
import org.eclipse.jgit.internal.storage.dfs.DfsPackDescription;
import org.eclipse.jgit.internal.storage.dfs.DfsReaderOptions;
import org.eclipse.jgit.internal.storage.dfs.DfsRepository;
import org.eclipse.jgit.internal.storage.dfs.ReadableChannel;
import org.eclipse.jgit.internal.storage.pack.PackExt;

/** The packs of one view, read from local files through JGit's block cache. */
final class LocalObjectDatabase extends DfsObjDatabase {
    private static final String PREFIX = "pack-";

    private final PackFiles files;
    private final RepoId repo;
    private final List<PackName> packs;
    private final PackSource others;

    /**
     * Opens no file.
     *
     * @param others as what JGit sees packs that are not the main one: it decides the order of look-up, and whether
     *               objects that are stored whole are worth another search for deltas
     */
    LocalObjectDatabase(DfsRepository repository, DfsReaderOptions options, PackFiles files, RepoId repo,
                        List<PackName> packs, PackSource others) {
        super(repository, options);
        this.files = files;
        this.repo = repo;
        this.packs = packs;
        this.others = others;
        setUseMultipackIndex(false); // JGit's multi-pack index corrupts clones
    }

    @Override
    public LocalReader newReader() {
        return new LocalReader(this);
    }

    @Override
    protected List<DfsPackDescription> listPacks() throws IOException {
        List<DfsPackDescription> descriptions = new ArrayList<>(packs.size());
        for (PackName pack : packs) {
            descriptions.add(describe(files.describe(repo, pack)));
        }
        return descriptions;
    }

    private DfsPackDescription describe(StoredPack pack) {
        DfsPackDescription description = new DfsPackDescription(getRepository().getDescription(),
            PREFIX + pack.name().hex(), pack.bitmap() ? PackSource.GC : others);
        description.addFileExt(PackExt.PACK);
        description.addFileExt(PackExt.INDEX);
        if (pack.bitmap()) {
            description.addFileExt(PackExt.BITMAP_INDEX);
        }
        return description.setFileSize(PackExt.PACK, pack.packBytes())
            .setFileSize(PackExt.INDEX, pack.indexBytes())
            .setObjectCount(pack.objects())
            .setLastModified(pack.written().toEpochMilli());
    }

    /** Name of a pack that this class described. */
    static PackName name(DfsPackDescription description) {
        return new PackName(description.getPackName().substring(PREFIX.length()));
    }

    @Override
    protected ReadableChannel openFile(DfsPackDescription description, PackExt extension) throws IOException {
        return files.read(repo, name(description), PackPart.of(extension.getExtension()));
    }

    @Override
    public long getApproximateObjectCount() {
        try {
            long count = 0;
            for (PackName pack : packs) {
                count += files.describe(repo, pack).objects();
            }
            return count;
        } catch (IOException e) {
            return -1; // JGit's word for unknown
        }
    }

    @Override
    protected DfsPackDescription newPack(PackSource source) {
        throw readOnly();
    }

    @Override
    protected void commitPackImpl(Collection<DfsPackDescription> added, Collection<DfsPackDescription> replaced) {
        throw readOnly();
    }

    @Override
    protected void rollbackPack(Collection<DfsPackDescription> added) {
        throw readOnly();
    }

    @Override
    protected DfsOutputStream writeFile(DfsPackDescription description, PackExt extension) {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("a view of a repository is read only");
    }
}
