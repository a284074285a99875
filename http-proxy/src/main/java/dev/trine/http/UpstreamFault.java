package dev.trine.http;

import java.io.IOException;
import java.util.Optional;

/** An upstream does not serve a request, and nothing was sent to the client yet; the message is a sentence for him. */
final class UpstreamFault extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String retryAfter;

    UpstreamFault(int status, String message) {
        this(status, message, Optional.empty());
    }

    /** Of which the upstream says when to try again, in its header Retry-After. */
    UpstreamFault(int status, String message, Optional<String> retryAfter) {
        super(message);
        this.status = status;
        this.retryAfter = retryAfter.orElse("");
    }

    /** The HTTP status that says it. */
    int status() {
        return status;
    }

    /** When to try again, in seconds; empty: nobody said. */
    Optional<String> retryAfter() {
        return Optional.of(retryAfter).filter(said -> said.matches("[0-9]{1,9}"));
    }
}
