package dev.trine.server.receive;

import java.nio.charset.StandardCharsets;

/** One element of a pkt-line stream, as versions 0 and 1 know them. */
sealed interface PktLine {
    /** A line with its payload, without a trailing line feed. */
    record Data(byte[] payload) implements PktLine {
        /** The payload with one character per byte, so that no byte is lost. */
        String latin1() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }
    }

    /** A flush packet. */
    record Flush() implements PktLine {
    }

    /** The peer closed its side before another line began. */
    record End() implements PktLine {
    }
}
