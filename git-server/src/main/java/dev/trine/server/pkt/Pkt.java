package dev.trine.server.pkt;

import java.nio.charset.StandardCharsets;

/** One packet of Git's pkt-line format. */
public sealed interface Pkt {
    /** A line, without its line feed. */
    record Line(byte[] content) implements Pkt {
        /** The line as UTF-8. */
        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        /** The line with one character per byte, so that no byte is lost. */
        public String latin1() {
            return new String(content, StandardCharsets.ISO_8859_1);
        }
    }

    /** Packets without content. */
    enum Mark implements Pkt {
        /** 0000: end of a message. */
        FLUSH,
        /** 0001: end of a section; protocol v2 only. */
        DELIM,
        /** The stream ended where a packet could have begun. */
        END_OF_INPUT
    }
}
