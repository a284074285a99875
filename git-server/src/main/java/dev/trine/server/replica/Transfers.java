package dev.trine.server.replica;

import dev.trine.server.repo.ConnectivityCheck;
import dev.trine.server.repo.UnfinishedCopies;

/**
 * What moves states and packs from peers to this node, put together.
 *
 * @param copies  packs that are being copied
 * @param copier  copies them
 * @param pulling takes over states
 */
record Transfers(UnfinishedCopies copies, PackCopier copier, Pulling pulling) {
    /**
     * Moves nothing yet.
     *
     * @param packMax greatest pack with its index that is accepted, in bytes
     */
    static Transfers of(Pulling.Disk disk, ConnectivityCheck connectivity, PeerStreams streams, Progress progress,
                        CatchUpSettings settings, long packMax) {
        UnfinishedCopies copies = new UnfinishedCopies(disk.files());
        Bandwidth bandwidth = new Bandwidth(settings.bandwidth().bytes(), System::nanoTime);
        PackCopier copier = new PackCopier(copies, streams, bandwidth, progress.counters(), packMax);
        return new Transfers(copies, copier,
            new Pulling(disk, connectivity, streams, copier, progress, packMax, settings.parallel()));
    }
}
