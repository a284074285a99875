package dev.trine.server.store;

/** The store could not read or write: the disk failed, or what it returned is not what was written. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    StoreException(String message) {
        super(message);
    }
}
