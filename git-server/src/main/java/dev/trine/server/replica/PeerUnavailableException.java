package dev.trine.server.replica;

/** A peer cannot be reached, does not answer, or refused a call; the message names it and says which. */
final class PeerUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    PeerUnavailableException(String message) {
        super(message);
    }
}
