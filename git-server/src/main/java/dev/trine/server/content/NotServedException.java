package dev.trine.server.content;

import java.io.IOException;

/** What was asked for cannot be sent, for a reason that the client is told instead. */
final class NotServedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Head head;

    NotServedException(Head head) {
        super(head.toString());
        this.head = head;
    }

    static NotServedException missing(String why) {
        return new NotServedException(new Head.Missing(why));
    }

    static NotServedException tooLarge(String why) {
        return new NotServedException(new Head.TooLarge(why));
    }

    /** What the client is told. */
    Head head() {
        return head;
    }
}
