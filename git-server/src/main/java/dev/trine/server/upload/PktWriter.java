package dev.trine.server.upload;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes pkt-lines to the client; after {@link #useSideband} every line goes over side-band 1. */
final class PktWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FLUSH = "0000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DELIM = "0001".getBytes(StandardCharsets.US_ASCII);
    private static final int ERROR_CHARS_MAX = 900;

    private final OutputStream out;
    private Form form = Form.PLAIN;

    PktWriter(OutputStream out) {
        this.out = out;
    }

    /** From here on lines are wrapped for the side-band (capability sideband-all). */
    void useSideband() {
        form = Form.SIDEBAND;
    }

    /** From here on the stream holds no pkt-lines: an error can no longer be told. */
    void endOfPackets() {
        form = Form.BARE;
    }

    /** One line; a line feed is added. */
    void line(CharSequence text) throws IOException {
        write(form == Form.SIDEBAND ? 1 : 0, text);
    }

    /** Ends a section. */
    void delim() throws IOException {
        out.write(DELIM);
    }

    /** Ends a message, and hands it to the transport. */
    void flush() throws IOException {
        out.write(FLUSH);
        out.flush();
    }

    /** Hands what was written to the transport, without ending the message. */
    void push() throws IOException {
        out.flush();
    }

    /** The last line of a failed conversation: a fatal error for the client's user. */
    void error(String message) throws IOException {
        String text = message.length() > ERROR_CHARS_MAX ? message.substring(0, ERROR_CHARS_MAX) : message;
        switch (form) {
            case PLAIN -> write(0, "ERR " + text);
            case SIDEBAND -> write(3, text);
            case BARE -> {
            }
        }
        out.flush();
    }

    private void write(int band, CharSequence text) throws IOException {
        byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
        int start = band == 0 ? 4 : 5;
        byte[] packet = new byte[start + content.length + 1];
        System.arraycopy(content, 0, packet, start, content.length);
        packet[packet.length - 1] = '\n';
        packet[4] = band == 0 ? packet[4] : (byte) band;
        for (int i = 3, length = packet.length; i >= 0; i--, length >>= 4) {
            packet[i] = HEX[length & 0xf];
        }
        out.write(packet);
    }

    private enum Form {
        PLAIN, SIDEBAND, BARE
    }
}
