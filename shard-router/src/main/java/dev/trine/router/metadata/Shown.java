package dev.trine.router.metadata;

import dev.trine.common.text.Printable;

/** Text from outside, cut and cleaned so that it can stand in a sentence for people. */
public final class Shown {
    private static final int CHARS_MAX = 80;

    private Shown() {
    }

    /** The text, at most 80 characters of it, without what could steer a terminal. */
    public static String briefly(String text) {
        return Printable.line(text, CHARS_MAX);
    }
}
