package dev.trine.deploy.chaos;

import java.time.Duration;

/** Small things for HTML pages. */
final class Markup {
    private Markup() {
    }

    /** Text that shows as itself. */
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /** Seconds or milliseconds, for people. */
    static String time(Duration duration) {
        long millis = duration.toMillis();
        return millis < 1_000 ? millis + " ms" : String.format("%.1f s", millis / 1000.0);
    }

    /** A row of cells, the contents of which are HTML already. */
    static String row(String... cells) {
        return "<tr><td>" + String.join("</td><td>", cells) + "</td></tr>\n";
    }

    static String head(String... cells) {
        return "<thead><tr><th>" + String.join("</th><th>", cells) + "</th></tr></thead>\n";
    }
}
