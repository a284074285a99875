package dev.trine.common.text;

import java.util.regex.Pattern;

/**
 * Makes text harmless for terminals and logs: it may hold what anybody chose as a name, a path or a comment. Control
 * characters, those of 8 bits included, can move a terminal's cursor and change what it shows (ECMA-48); formatting
 * characters can turn the order of letters round; line and paragraph separators begin lines that nobody wrote.
 */
public final class Printable {
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");
    private static final Pattern UNPRINTABLE_IN_LINES =
        Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\n\r\t]]");

    private Printable() {
    }

    /** One line: whatever could do more than show a sign becomes a question mark. */
    public static String line(String text) {
        return UNPRINTABLE.matcher(text).replaceAll("?");
    }

    /** One line of at most so many characters of the text; "…" stands for what was cut off. */
    public static String line(String text, int charsMax) {
        return text.length() <= charsMax ? line(text) : line(text.substring(0, charsMax)) + "…";
    }

    /** Several lines, each as one; line feeds, carriage returns and tabs stay. */
    public static String lines(String text) {
        return UNPRINTABLE_IN_LINES.matcher(text).replaceAll("?");
    }
}
