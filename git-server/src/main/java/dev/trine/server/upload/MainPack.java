package dev.trine.server.upload;

import dev.trine.server.hosting.StoredPacks;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.dfs.DfsPackFile;
import org.eclipse.jgit.internal.storage.dfs.DfsReader;
import org.eclipse.jgit.internal.storage.dfs.DfsRepository;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndex;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.internal.storage.pack.PackExt;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;

/** The pack of a view that has the bitmap. Used by one thread. */
final class MainPack implements PackReuse.Source {
    private final StoredPacks packs;
    private final DfsPackFile pack;
    private final PackBitmapIndex bitmaps;
    private final PackIndex index;
    private final PackOffsets.Known known;

    private MainPack(StoredPacks packs, DfsPackFile pack, PackBitmapIndex bitmaps, PackIndex index,
                     PackOffsets.Known known) {
        this.packs = packs;
        this.pack = pack;
        this.bitmaps = bitmaps;
        this.index = index;
        this.known = known;
    }

    /** The pack whose bitmap the reader's bitmap index is of; empty: there is none. */
    static Optional<MainPack> of(Repository git, ObjectReader reader, PackOffsets.Known known) throws IOException {
        if (git instanceof DfsRepository dfs && git instanceof StoredPacks packs && reader instanceof DfsReader files) {
            for (DfsPackFile pack : dfs.getObjectDatabase().getPacks()) {
                PackBitmapIndex bitmaps = pack.getBitmapIndex(files);
                if (bitmaps != null) {
                    return Optional.of(new MainPack(packs, pack, bitmaps, pack.getPackIndex(files), known));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public PackBitmapIndex bitmaps() {
        return bitmaps;
    }

    @Override
    public PackOffsets offsets() {
        return known.of(pack.getPackDescription().getPackName(), index);
    }

    @Override
    public long end() {
        return pack.getPackDescription().getFileSize(PackExt.PACK) - Constants.OBJECT_ID_LENGTH;
    }

    @Override
    public StoredEntries open() throws IOException {
        return new StoredEntries(packs.openPack(pack.getPackDescription()));
    }
}
