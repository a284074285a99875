package dev.trine.server.upload;

/** The client broke the protocol, asked for what is not there, or exceeded a limit; the message is for its user. */
final class ProtocolErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    ProtocolErrorException(String message) {
        super(message);
    }
}
