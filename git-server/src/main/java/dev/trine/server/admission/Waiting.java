package dev.trine.server.admission;

import java.io.IOException;

/** Whoever waits for a turn. What it throws ends the wait. Called by the thread that waits, at most once a second. */
public interface Waiting {
    /** Shows its user how the wait goes, where it has one. */
    void told(String text) throws IOException;

    /** Shows its user, if he was told something, that the wait is over. */
    void over(String text) throws IOException;

    /** Shows that the server is alive; fails if nobody waits any more. */
    void alive() throws IOException;
}
