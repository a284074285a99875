package dev.trine.server.pkt;

import dev.trine.common.text.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.transport.SideBandOutputStream;

/** The multiplexed part of an answer: data, text for the client's user, and signs of life. Used by one thread. */
public final class SideBand {
    /** Bytes before a packet's content: its length and its band. */
    public static final int HEADER_BYTES = 5;
    /** Greatest content of a packet. */
    public static final int CONTENT_BYTES_MAX = SideBandOutputStream.MAX_BUF - HEADER_BYTES;
    /** Number of the band of data. */
    static final int DATA = SideBandOutputStream.CH_DATA;
    /** Number of the band of fatal errors. */
    static final int ERROR = SideBandOutputStream.CH_ERROR;
    /** Greatest packet, its header included. */
    static final int PACKET_BYTES_MAX = SideBandOutputStream.MAX_BUF;
    private static final int PACKET_BYTES_SMALL = 1000;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY_PACKET = {'0', '0', '0', '5', DATA};

    private final OutputStream out;
    private final OutputStream data;
    private final OutputStream messages;
    private final Packets packets;

    /** A side-band of the greatest packets, or of those of old clients (side-band without -64k). */
    public SideBand(OutputStream out, Packets packets) {
        this.out = out;
        this.packets = packets;
        int bytes = switch (packets) {
            case LARGE -> PACKET_BYTES_MAX;
            case SMALL -> PACKET_BYTES_SMALL;
        };
        this.data = new SideBandOutputStream(DATA, bytes, out);
        this.messages = new SideBandOutputStream(SideBandOutputStream.CH_PROGRESS, PACKET_BYTES_SMALL, out);
    }

    /** The stream of data, for example of a pack; nobody closes it. */
    public OutputStream data() {
        return data;
    }

    /**
     * Sends data that lies in an array which has room for a packet's header before it; that room is overwritten. What
     * was written to {@link #data} before has to be flushed.
     *
     * @param length of the data, at most {@link #CONTENT_BYTES_MAX}
     */
    public void packet(byte[] packet, int length) throws IOException {
        switch (packets) {
            case LARGE -> {
                int size = HEADER_BYTES + length;
                for (int i = HEADER_BYTES - 2, rest = size; i >= 0; i--, rest >>= 4) {
                    packet[i] = HEX[rest & 0xf];
                }
                packet[HEADER_BYTES - 1] = DATA;
                out.write(packet, 0, size);
            }
            case SMALL -> {
                data.write(packet, HEADER_BYTES, length);
                data.flush();
            }
        }
    }

    /** Shows text on the client's terminal at once, made printable; it ends with a line feed or a carriage return. */
    public void message(String text) throws IOException {
        messages.write(Printable.lines(text).getBytes(StandardCharsets.UTF_8));
        messages.flush();
    }

    /** An empty packet: the client ignores it, idle timeouts on the way do not. */
    public void keepAlive() throws IOException {
        out.write(EMPTY_PACKET);
        out.flush();
    }

    /** Throws if the client is known to be gone. */
    public void probe() throws IOException {
        out.flush();
    }

    /** Sizes of packets. */
    public enum Packets {
        /** Up to 65,520 bytes: side-band-64k. */
        LARGE,
        /** Up to 1,000 bytes: side-band. */
        SMALL
    }
}
