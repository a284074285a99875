package dev.trine.router.directory;

import java.time.Duration;

/**
 * Something that the directory knows.
 *
 * @param value  what
 * @param source who said so
 * @param age    how long ago the database said so
 */
public record Known<T>(T value, Source source, Duration age) {
    /** Who may say so. */
    public enum Source {
        /** The metadata database, just now. */
        DATABASE,
        /** The router's own disk, because the database is away. */
        CACHE
    }
}
