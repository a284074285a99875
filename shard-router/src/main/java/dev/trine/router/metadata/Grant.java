package dev.trine.router.metadata;

/** One user's role in one scope. */
public record Grant(UserName user, Scope scope, AccessRole role) {
}
