package dev.trine.server.receive;

/** The client does not speak the protocol, or asks for more than the limits allow; the message is a clause for him. */
final class ProtocolViolation extends Exception {
    ProtocolViolation(String message) {
        super(message);
    }
}
