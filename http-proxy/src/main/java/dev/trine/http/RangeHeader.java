package dev.trine.http;

import dev.trine.proto.ContentRange;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header Range (RFC 9110, section 14.2): one range of bytes; several, and what is none, count as no header. */
final class RangeHeader {
    /** Eighteen digits fit into a long. */
    private static final Pattern ONE = Pattern.compile("(?i:bytes)=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    private RangeHeader() {
    }

    /** The range that is asked for; empty: all. */
    static Optional<ContentRange> of(Optional<String> header) {
        Matcher range = ONE.matcher(header.orElse("").strip());
        if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
            return Optional.empty();
        }
        ContentRange.Builder asked = ContentRange.newBuilder();
        if (range.group(1).isEmpty()) {
            long suffix = Long.parseLong(range.group(2));
            return suffix == 0 ? Optional.empty() : Optional.of(asked.setSuffix(suffix).build());
        }
        asked.setFirst(Long.parseLong(range.group(1)));
        if (!range.group(2).isEmpty()) {
            asked.setLast(Long.parseLong(range.group(2)));
        }
        return asked.hasLast() && asked.getLast() < asked.getFirst() ? Optional.empty() : Optional.of(asked.build());
    }
}
