package dev.trine.server.upload;

import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.ResolvedRefs;
import dev.trine.server.pkt.SideBand;
import dev.trine.server.pkt.SideBandProgress;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectReader;

/** Sends the pack of a fetch in the client's framing: on a side-band with progress, or bare. */
final class PackSender {
    private final ResolvedRefs refs;
    private final WalkedClones clones;
    private final OutputStream out;
    private final Optional<String> notice;

    /**
     * Sends packs to one client.
     *
     * @param notice a sentence that the client's user sees first, where there is a side-band
     */
    PackSender(ResolvedRefs refs, WalkedClones clones, OutputStream out, Optional<String> notice) {
        this.refs = refs;
        this.clones = clones;
        this.out = out;
        this.notice = notice;
    }

    /** Sends it on side-bands and ends the message. */
    void onSideBand(ObjectReader reader, FetchRequest request, ObjectSelection selection, SideBand.Packets packets)
        throws IOException, ProtocolErrorException {
        SideBand band = new SideBand(out, packets);
        if (notice.isPresent()) {
            band.message(notice.get() + "\n");
        }
        SideBandProgress progress = new SideBandProgress(band, request.has(FetchOption.NO_PROGRESS)
            ? SideBandProgress.Audience.NOBODY : SideBandProgress.Audience.USER, Set.of());
        PackStream pack = new PackStream(reader, refs.table(), request.options(), selection);
        PktWriter end = new PktWriter(out);
        try (WalkedClones.Turn turn = turn(pack, selection, band::keepAlive)) {
            String statistics = pack.write(band.data(), progress);
            band.data().flush();
            if (!request.has(FetchOption.NO_PROGRESS)) {
                band.message(statistics + "\n");
            }
            end.flush();
        }
    }

    /** Sends it as it is; the end of the stream is its end. */
    void bare(ObjectReader reader, FetchRequest request, ObjectSelection selection)
        throws IOException, ProtocolErrorException {
        PackStream pack = new PackStream(reader, refs.table(), request.options(), selection);
        try (WalkedClones.Turn turn = turn(pack, selection, () -> { })) {
            pack.write(out, NullProgressMonitor.INSTANCE);
            out.flush();
        }
    }

    private WalkedClones.Turn turn(PackStream pack, ObjectSelection selection, WalkedClones.SignOfLife client)
        throws IOException, ProtocolErrorException {
        return selection.isClone() && !pack.usesBitmap() ? clones.await(client) : () -> { };
    }
}
