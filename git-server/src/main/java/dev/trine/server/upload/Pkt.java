package dev.trine.server.upload;

/** One packet of Git's pkt-line format. */
sealed interface Pkt {
    /** A line, without its line feed. */
    record Line(String text) implements Pkt {
    }

    /** Packets without content. */
    enum Mark implements Pkt {
        /** 0000: end of a message. */
        FLUSH,
        /** 0001: end of a section. */
        DELIM,
        /** The stream ended where a packet could have begun. */
        END_OF_INPUT
    }
}
