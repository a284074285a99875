package dev.trine.server.repo;

import org.eclipse.jgit.internal.storage.dfs.DfsReader;
import org.eclipse.jgit.internal.storage.file.BitmapIndexImpl;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndex;
import org.eclipse.jgit.lib.BitmapIndex;

/** Reads the packs of one view, and looks no object up in the bitmap twice. Used by one thread. */
final class LocalReader extends DfsReader {
    private final LocalObjectDatabase packs;

    LocalReader(LocalObjectDatabase packs) {
        super(packs);
        this.packs = packs;
    }

    @Override
    public LocalReader newReader() {
        return new LocalReader(packs);
    }

    @Override
    protected BitmapIndex createBitmapIndex(PackBitmapIndex bitmaps) {
        return new BitmapIndexImpl(new RememberedPlaces(bitmaps));
    }
}
