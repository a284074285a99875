package dev.trine.http;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Entity tags as headers have them (RFC 9110, section 8.8.3). */
final class EntityTags {
    private static final int COUNT_MAX = 50;
    private static final int CHARS_MAX = 200;
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"([\\x21\\x23-\\x7e]{1," + CHARS_MAX + "})\"");
    private static final Pattern STRONG = Pattern.compile("\"([\\x21\\x23-\\x7e]{1," + CHARS_MAX + "})\"");

    private EntityTags() {
    }

    /** The tags of If-None-Match, without quotes, weak ones like strong ones; "*" as it is; all else is left out. */
    static List<String> ofIfNoneMatch(Optional<String> header) {
        String value = header.orElse("").strip();
        return value.equals("*") ? List.of("*")
            : TAG.matcher(value).results().map((MatchResult tag) -> tag.group(1)).limit(COUNT_MAX).toList();
    }

    /**
     * The tag of If-Range, without quotes; empty: there is no such header. What is no strong tag, as a date is not,
     * gives a tag that nothing has, so that all is sent.
     */
    static Optional<String> ofIfRange(Optional<String> header) {
        return header.map(value -> {
            var tag = STRONG.matcher(value.strip());
            return tag.matches() ? tag.group(1) : "-";
        });
    }
}
