package dev.trine.server.upload;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.transport.SideBandOutputStream;

/** The multiplexed part of an answer: the pack, progress for the client's user, and signs of life. */
final class SideBand {
    private static final int PACKET_BYTES_SMALL = 1000;

    private final OutputStream out;
    private final OutputStream data;
    private final OutputStream messages;

    /** A side-band of the greatest packets, or of those of old clients (side-band without -64k). */
    SideBand(OutputStream out, Packets packets) {
        this.out = out;
        int bytes = switch (packets) {
            case LARGE -> SideBandOutputStream.MAX_BUF;
            case SMALL -> PACKET_BYTES_SMALL;
        };
        this.data = new SideBandOutputStream(SideBandOutputStream.CH_DATA, bytes, out);
        this.messages = new SideBandOutputStream(SideBandOutputStream.CH_PROGRESS, bytes, out);
    }

    /** The stream of pack bytes. */
    OutputStream data() {
        return data;
    }

    /** Shows text to the client's user at once. */
    void message(String text) throws IOException {
        messages.write(text.getBytes(StandardCharsets.UTF_8));
        messages.flush();
    }

    /** An empty packet: the client ignores it, idle timeouts on the way do not. */
    void keepAlive() throws IOException {
        out.write(new byte[] {'0', '0', '0', '5', 1});
        out.flush();
    }

    /** Throws if the client is known to be gone. */
    void probe() throws IOException {
        out.flush();
    }

    /** Sizes of packets. */
    enum Packets {
        LARGE, SMALL
    }
}
