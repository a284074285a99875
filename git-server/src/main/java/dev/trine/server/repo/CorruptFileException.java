package dev.trine.server.repo;

import java.io.IOException;

/** Bytes of a pack's file are not what was stored; the message says which, to follow the file's name. */
final class CorruptFileException extends IOException {
    private static final long serialVersionUID = 1;

    CorruptFileException(String message) {
        super(message);
    }
}
