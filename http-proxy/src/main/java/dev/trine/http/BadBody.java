package dev.trine.http;

import java.io.IOException;

/** A request body that cannot be used; the message is a sentence for the user. */
final class BadBody extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    BadBody(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status that says it. */
    int status() {
        return status;
    }
}
