package dev.trine.server.content;

import java.io.IOException;

/** Whether anybody waits for what is being made. */
@FunctionalInterface
interface Presence {
    /** Fails if nobody does any more. */
    void require() throws IOException;
}
