package dev.trine.common.lifecycle;

/** A service cannot start; the message is one sentence for the operator: the fact and the remedy. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
