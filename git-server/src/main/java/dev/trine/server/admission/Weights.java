package dev.trine.server.admission;

import dev.trine.server.hosting.Lane;

/** In which proportion the kinds of callers get turns while all of them wait. */
record Weights(int people, int automation, int anonymous) {
    /** Divided by a weight it is how far a turn puts a kind back; every weight up to 1,000 gives something. */
    private static final long SCALE = 1_000_000;
    /** Greatest weight. */
    static final int MAX = 1_000;

    /** What a turn costs callers of a kind. */
    long cost(Lane.Kind kind) {
        return SCALE / switch (kind) {
            case PEOPLE -> people;
            case AUTOMATION -> automation;
            case ANONYMOUS -> anonymous;
        };
    }
}
