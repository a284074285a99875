package dev.trine.server.content;

/**
 * Some bytes of a whole.
 *
 * @param first the first of them, counted from 0
 * @param last  the last of them
 */
public record Span(long first, long last) {
    public Span {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("no bytes: " + first + " to " + last);
        }
    }

    /** All of so many bytes, at least one. */
    static Span all(long size) {
        return new Span(0, size - 1);
    }
}
