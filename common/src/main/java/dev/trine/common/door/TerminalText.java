package dev.trine.common.door;

import dev.trine.common.text.Printable;

/** Text from elsewhere, made fit for a terminal: nothing in it moves a cursor, changes colours or turns text around. */
public final class TerminalText {
    private TerminalText() {
    }

    /** One line: every control or formatting character becomes a question mark. */
    public static String line(String text) {
        return Printable.line(text);
    }

    /** Several lines: as one line, but its line feeds stay. */
    public static String lines(String text) {
        return Printable.lines(text.replace("\r\n", "\n"));
    }
}
