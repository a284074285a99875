package dev.trine.server.replica;

/** Something is at its limit; the message names it. */
final class OverloadedException extends Exception {
    private static final long serialVersionUID = 1L;

    OverloadedException(String limit) {
        super(limit);
    }
}
