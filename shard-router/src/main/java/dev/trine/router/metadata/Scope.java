package dev.trine.router.metadata;

import java.util.Optional;

/** Where a grant holds: at and below the path of a group or repository, or everywhere ("*"). */
public record Scope(String value) {
    /** Everywhere. */
    public static final Scope EVERYWHERE = new Scope("*");

    public Scope {
        String problem = value.equals("*") ? "" : RepoPath.problemOf(value, 1);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("'" + Shown.briefly(value) + "' is not a group, a repository or '*': "
                + problem);
        }
    }

    /** The scope of one repository. */
    public static Scope of(RepoPath path) {
        return new Scope(path.value());
    }

    /** The first part of its path. */
    Scope topGroup() {
        int slash = value.indexOf('/');
        return slash < 0 ? this : new Scope(value.substring(0, slash));
    }

    /** Whether a grant here also holds there. */
    public boolean covers(Scope other) {
        return value.equals("*") || value.equals(other.value) || other.value.startsWith(value + "/");
    }

    /** The one of two scopes that the other covers; empty: they have nothing in common. */
    Optional<Scope> narrower(Scope other) {
        return covers(other) ? Optional.of(other) : other.covers(this) ? Optional.of(this) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
