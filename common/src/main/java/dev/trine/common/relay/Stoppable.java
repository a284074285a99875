package dev.trine.common.relay;

/** An exchange that is under way. */
public interface Stoppable {
    /** Breaks it off, for a reason that the client is to be told where that is possible. Any thread. */
    void stop(String sentence);
}
