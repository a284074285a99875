package dev.trine.router.metadata;

/** Text from outside, cut and cleaned so that it can stand in a sentence for people. */
final class Shown {
    private static final int CHARS_MAX = 80;

    private Shown() {
    }

    static String briefly(String text) {
        String cut = text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
