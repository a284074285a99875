package dev.trine.server.pkt;

/** The client broke the protocol, asked for what is not there, or exceeded a limit; the message is for its user. */
public class ProtocolErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With one sentence for the client's user. */
    public ProtocolErrorException(String message) {
        super(message);
    }
}
