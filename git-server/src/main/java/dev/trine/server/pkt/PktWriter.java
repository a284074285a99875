package dev.trine.server.pkt;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes pkt-lines to the client; after {@link #useSideband} every line goes over side-band 1. */
public final class PktWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FLUSH = "0000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DELIM = "0001".getBytes(StandardCharsets.US_ASCII);
    private static final int PLAIN_HEADER_BYTES = 4;
    private static final int BAND_HEADER_BYTES = 5;
    private static final int BUFFER_BYTES = 1536;

    private final OutputStream out;
    private Form form = Form.PLAIN;
    private byte[] packet = new byte[BUFFER_BYTES];

    /** A writer onto that stream, which it does not buffer. */
    public PktWriter(OutputStream out) {
        this.out = out;
    }

    /** From here on lines are wrapped for the side-band, and so is an error. */
    public void useSideband() {
        form = Form.SIDEBAND;
    }

    /** From here on the stream holds no pkt-lines: an error can no longer be told. */
    public void endOfPackets() {
        form = Form.BARE;
    }

    /** One line of UTF-8; a line feed is added. */
    public void line(CharSequence text) throws IOException {
        write(form == Form.SIDEBAND ? SideBand.DATA : 0, text);
    }

    /** One line of any bytes; a line feed is added. */
    public void line(byte[] content) throws IOException {
        write(form == Form.SIDEBAND ? SideBand.DATA : 0, content);
    }

    /** Lines that are whole packets already, where none are wrapped. */
    public void packets(byte[] bytes, int offset, int length) throws IOException {
        if (form != Form.PLAIN) {
            throw new IllegalStateException("packets would have to be wrapped");
        }
        out.write(bytes, offset, length);
    }

    /** Ends a section. */
    public void delim() throws IOException {
        out.write(DELIM);
    }

    /** Ends a message, and hands it to the transport. */
    public void flush() throws IOException {
        out.write(FLUSH);
        out.flush();
    }

    /** Hands what was written to the transport, without ending the message. */
    public void push() throws IOException {
        out.flush();
    }

    /** The last line of a failed conversation: a fatal error for the client's user. */
    public void error(String message) throws IOException {
        String text = OneLine.of(message);
        switch (form) {
            case PLAIN -> write(0, "ERR " + text);
            case SIDEBAND -> write(SideBand.ERROR, text);
            case BARE -> {
            }
        }
        out.flush();
    }

    /** Almost every line is ASCII, which needs no encoder. */
    private void write(int band, CharSequence text) throws IOException {
        int start = band == 0 ? PLAIN_HEADER_BYTES : BAND_HEADER_BYTES;
        int length = text.length();
        reserve(start + length + 1);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                write(band, text.toString().getBytes(StandardCharsets.UTF_8));
                return;
            }
            packet[start + i] = (byte) c;
        }
        send(band, start + length);
    }

    private void write(int band, byte[] content) throws IOException {
        int start = band == 0 ? PLAIN_HEADER_BYTES : BAND_HEADER_BYTES;
        reserve(start + content.length + 1);
        System.arraycopy(content, 0, packet, start, content.length);
        send(band, start + content.length);
    }

    private void reserve(int bytes) {
        if (bytes > SideBand.PACKET_BYTES_MAX) {
            throw new IllegalArgumentException("a line of " + bytes + " bytes does not fit into a packet");
        }
        if (bytes > packet.length) {
            packet = Arrays.copyOf(packet, Math.max(bytes, 2 * packet.length));
        }
    }

    private void send(int band, int end) throws IOException {
        packet[end] = '\n';
        if (band != 0) {
            packet[PLAIN_HEADER_BYTES] = (byte) band;
        }
        for (int i = PLAIN_HEADER_BYTES - 1, length = end + 1; i >= 0; i--, length >>= 4) {
            packet[i] = HEX[length & 0xf];
        }
        out.write(packet, 0, end + 1);
    }

    private enum Form {
        PLAIN, SIDEBAND, BARE
    }
}
