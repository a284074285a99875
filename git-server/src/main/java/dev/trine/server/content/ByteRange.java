package dev.trine.server.content;

import java.util.Optional;

/** Which bytes a client wants, before it is known how many there are (RFC 9110, section 14.1.2). */
public sealed interface ByteRange {
    /** From one byte to another, or to the end if that comes before it. */
    record Between(long first, long last) implements ByteRange {
        public Between {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("a range from byte " + first + " to " + last);
            }
        }
    }

    /** The last so many bytes, or all if there are fewer. */
    record Suffix(long length) implements ByteRange {
        public Suffix {
            if (length < 0) {
                throw new IllegalArgumentException("a range of " + length + " bytes");
            }
        }
    }

    /** Which bytes of so many; empty: none of them. */
    default Optional<Span> of(long size) {
        return switch (this) {
            case Between between -> between.first() >= size ? Optional.empty()
                : Optional.of(new Span(between.first(), Math.min(between.last(), size - 1)));
            case Suffix suffix -> suffix.length() == 0 || size == 0 ? Optional.empty()
                : Optional.of(new Span(Math.max(0, size - suffix.length()), size - 1));
        };
    }
}
