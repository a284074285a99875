package dev.trine.server.receive;

/** Text that is safe in one line of a report or on a client's terminal. */
final class Text {
    private static final int LENGTH_MAX = 1000;

    private Text() {
    }

    /** The text without control characters, cut to a length that fits each framing. */
    static String printable(String text) {
        String cut = text.length() > LENGTH_MAX ? text.substring(0, LENGTH_MAX) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
