package dev.trine.common.audit;

import java.nio.charset.StandardCharsets;

/** Text from outside, as it may stand in a line. */
final class AuditText {
    private AuditText() {
    }

    /** The text, cut to that many characters and "..."; half characters become question marks. */
    static String bounded(String text, int charsMax) {
        String cut = text.length() <= charsMax ? text : text.substring(0, charsMax) + "...";
        return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
