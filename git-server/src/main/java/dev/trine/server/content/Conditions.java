package dev.trine.server.content;

import java.util.List;
import java.util.Optional;

/**
 * What the client has already, and which part it wants (RFC 9110, sections 13 and 14).
 *
 * @param noneMatch entity tags of what it has, or "*"
 * @param range     which bytes it wants; empty: all
 * @param ifRange   the entity tag for which the range counts; empty: any
 * @param headOnly  it wants to know what would be sent
 */
public record Conditions(List<String> noneMatch, Optional<ByteRange> range, Optional<String> ifRange,
                         boolean headOnly) {
    /** It has nothing, and wants all. */
    public static final Conditions NONE = new Conditions(List.of(), Optional.empty(), Optional.empty(), false);
    /** Most entity tags. */
    public static final int TAGS_MAX = 50;
    private static final int TAG_CHARS_MAX = 200;

    public Conditions {
        noneMatch = List.copyOf(noneMatch);
        if (noneMatch.size() > TAGS_MAX) {
            throw new IllegalArgumentException(noneMatch.size() + " entity tags, at most " + TAGS_MAX
                + " are accepted");
        }
        if (noneMatch.stream().anyMatch(tag -> tag.length() > TAG_CHARS_MAX)) {
            throw new IllegalArgumentException("an entity tag of more than " + TAG_CHARS_MAX + " characters");
        }
    }

    /** Whether it has what that tag names. */
    boolean has(String tag) {
        return noneMatch.contains(tag) || noneMatch.contains("*");
    }

    /** The range, if it counts for what has that tag. */
    Optional<ByteRange> rangeFor(String tag) {
        return ifRange.isPresent() && !ifRange.get().equals(tag) ? Optional.empty() : range;
    }
}
