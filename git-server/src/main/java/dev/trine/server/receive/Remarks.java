package dev.trine.server.receive;

import java.io.IOException;

/** What is told to the client's user beside the verdict on each command. */
@FunctionalInterface
interface Remarks {
    /** Tells a text, which ends with a line feed. */
    void message(String text) throws IOException;
}
