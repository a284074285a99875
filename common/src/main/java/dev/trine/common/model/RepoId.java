package dev.trine.common.model;

/** Immutable id of a repository, 32 hexadecimal digits; never reused. A path is only an alias of it. */
public record RepoId(String value) {
    public RepoId {
        Hex.check(value, 32, "a repository id");
    }

    @Override
    public String toString() {
        return value;
    }
}
