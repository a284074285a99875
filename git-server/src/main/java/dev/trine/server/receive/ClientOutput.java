package dev.trine.server.receive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.transport.SideBandOutputStream;

/**
 * The way back to the client once its commands are read: report on band 1, messages and progress on band 2, a fatal
 * error on band 3. To a client without side-band only the report goes, unframed. Any thread may send messages.
 */
final class ClientOutput {
    private static final byte[] FLUSH = "0000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = "0005\1".getBytes(StandardCharsets.US_ASCII);

    private static final int PACKET_HEADER_BYTES = 5;

    private final OutputStream out;
    private final boolean sideBand;

    ClientOutput(OutputStream out, boolean sideBand) {
        this.out = out;
        this.sideBand = sideBand;
    }

    /** Shows text on the client's terminal; it ends with a line feed or a carriage return. */
    synchronized void message(String text) throws IOException {
        if (sideBand) {
            send(SideBandOutputStream.CH_PROGRESS, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Tells everybody on the way that the connection is alive. */
    synchronized void keepAlive() throws IOException {
        if (sideBand) {
            out.write(KEEP_ALIVE);
            out.flush();
        }
    }

    /** Sends the report, which is a sequence of pkt-lines with its flush packet. Nothing follows it. */
    synchronized void report(byte[] lines) throws IOException {
        if (sideBand) {
            send(SideBandOutputStream.CH_DATA, lines);
            out.write(FLUSH);
        } else {
            out.write(lines);
        }
        out.flush();
    }

    /** Ends the conversation without a report. */
    synchronized void finish() throws IOException {
        if (sideBand) {
            out.write(FLUSH);
        }
        out.flush();
    }

    /** Ends the conversation with one sentence; the client shows it and fails. */
    synchronized void fatal(String sentence) throws IOException {
        if (sideBand) {
            send(SideBandOutputStream.CH_ERROR, (sentence + "\n").getBytes(StandardCharsets.UTF_8));
            out.write(FLUSH);
        } else {
            byte[] line = ("ERR " + sentence).getBytes(StandardCharsets.UTF_8);
            out.write(String.format("%04x", line.length + FLUSH.length).getBytes(StandardCharsets.US_ASCII));
            out.write(line);
        }
        out.flush();
    }

    private void send(int band, byte[] bytes) throws IOException {
        // not closed: closing would close the client's stream
        int packetBytes = Math.min(SideBandOutputStream.MAX_BUF, PACKET_HEADER_BYTES + bytes.length);
        SideBandOutputStream packets = new SideBandOutputStream(band, packetBytes, out);
        packets.write(bytes);
        packets.flush();
    }
}
