package dev.trine.server.receive;

import dev.trine.server.admission.Waiting;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.SideBand;
import dev.trine.server.pkt.SideBandProgress;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ProgressMonitor;

/**
 * The way back to the client once its commands are read: report on band 1, messages and progress on band 2. To a client
 * without side-band only the report goes, unframed.
 */
final class PushReply implements Remarks {
    /** The client itself shows how far it is in sending. */
    private static final Set<String> SILENT = Set.of("Receiving objects");

    private final OutputStream out;
    private final Optional<SideBand> band;

    PushReply(OutputStream out, boolean sideBand) {
        this.out = out;
        this.band = sideBand ? Optional.of(new SideBand(out, SideBand.Packets.LARGE)) : Optional.empty();
    }

    @Override
    public void message(String text) throws IOException {
        if (band.isPresent()) {
            band.get().message(text);
        }
    }

    /** Progress for the client's user, or for nobody. */
    ProgressMonitor progress(SideBandProgress.Audience audience) {
        return band.isPresent() ? new SideBandProgress(band.get(), audience, SILENT) : NullProgressMonitor.INSTANCE;
    }

    /** The client while it waits for the push's turn; its user is told where he stands, unless he wants quiet. */
    Waiting waiting(SideBandProgress.Audience audience) {
        return new Waiting() {
            @Override
            public void told(String text) throws IOException {
                switch (audience) {
                    case USER -> message(text);
                    case NOBODY -> alive();
                }
            }

            @Override
            public void over(String text) throws IOException {
                told(text);
            }

            @Override
            public void alive() throws IOException {
                if (band.isPresent()) {
                    band.get().keepAlive();
                }
            }
        };
    }

    /** Sends the report, which is a sequence of pkt-lines with its flush packet. Nothing follows it. */
    void report(byte[] lines) throws IOException {
        if (band.isPresent()) {
            band.get().data().write(lines);
            band.get().data().flush();
        } else {
            out.write(lines);
        }
        finish();
    }

    /** Ends the conversation. */
    void finish() throws IOException {
        if (band.isPresent()) {
            new PktWriter(out).flush();
        }
        out.flush();
    }
}
