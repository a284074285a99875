package dev.trine.router.metadata;

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

    /** Whether a grant here also holds there. */
    public boolean covers(Scope other) {
        return value.equals("*") || value.equals(other.value) || other.value.startsWith(value + "/");
    }

    @Override
    public String toString() {
        return value;
    }
}
