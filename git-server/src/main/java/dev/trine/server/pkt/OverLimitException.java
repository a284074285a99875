package dev.trine.server.pkt;

/** A limit of the node was reached; the message names it and its setting, for the client's user. */
public final class OverLimitException extends ProtocolErrorException {
    private static final long serialVersionUID = 1L;

    /** With one sentence for the client's user. */
    public OverLimitException(String message) {
        super(message);
    }
}
