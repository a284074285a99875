package dev.trine.router.metadata;

/**
 * What one caller may do with refs that match a pattern.
 *
 * @param pattern as in {@link RefRule}
 * @param push    whether he may create them and move them forwards
 * @param force   whether he may also move them elsewhere
 * @param delete  whether he may delete them
 */
public record RefLimit(String pattern, boolean push, boolean force, boolean delete) {
    /** Whether it keeps nothing from him. */
    public boolean isNone() {
        return push && force && delete;
    }
}
