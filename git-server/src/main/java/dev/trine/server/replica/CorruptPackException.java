package dev.trine.server.replica;

/** Bytes that a peer sent are not the files that it announced; the message says in what. Nothing of them was kept. */
final class CorruptPackException extends Exception {
    private static final long serialVersionUID = 1L;

    CorruptPackException(String message) {
        super(message);
    }
}
