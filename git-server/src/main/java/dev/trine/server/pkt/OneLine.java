package dev.trine.server.pkt;

import dev.trine.common.text.Printable;

/** Text that is safe in one line of a report or on a client's terminal. */
public final class OneLine {
    private static final int CHARS_MAX = 1000;

    private OneLine() {
    }

    /** The text on one printable line, cut to a length that fits each framing. */
    public static String of(String text) {
        String cut = text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) + "..." : text;
        return Printable.line(cut.replaceAll("[\r\n\t]+", " ")).strip();
    }
}
