package dev.trine.router.metadata;

/** Who may read a repository without having been given a role there. */
public enum Visibility {
    /** Nobody. */
    PRIVATE,
    /** Every user who signs in. */
    INTERNAL,
    /** Everybody, without signing in where the cluster allows that. */
    PUBLIC
}
