package dev.trine.server.hosting;

/** The answer to an attempt to open something. */
public sealed interface Opened<T> {
    /** Here it is; the caller closes it. */
    record Ready<T>(T value) implements Opened<T> {
    }

    /** It cannot be opened here and now. */
    record Refused<T>(Refusal why) implements Opened<T> {
    }
}
