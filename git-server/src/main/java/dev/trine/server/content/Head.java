package dev.trine.server.content;

import dev.trine.common.model.ObjectName;
import java.util.Optional;
import java.util.OptionalLong;

/** What becomes of a request. */
public sealed interface Head {
    /**
     * Bytes follow, unless only the head was asked for.
     *
     * @param commit the commit that they are of
     * @param etag   equal tags mean equal bytes
     * @param size   how many the whole has; empty: not known until it is made
     * @param part   which of them follow; empty: all
     * @param text   it seems to be text
     */
    record Found(ObjectName commit, String etag, OptionalLong size, Optional<Span> part, boolean text)
        implements Head {
    }

    /** The client has it. */
    record NotModified(ObjectName commit, String etag) implements Head {
    }

    /** There is no such thing, a sentence says which. */
    record Missing(String why) implements Head {
    }

    /** It is over a limit, which the sentence names. */
    record TooLarge(String why) implements Head {
    }

    /** The range that is wanted begins behind the end. */
    record NotSatisfiable(String etag, long size) implements Head {
    }
}
