package dev.trine.router.routing;

/** Whether a Git operation may change refs. */
public enum Operation {
    /** Clone, fetch, ls-remote. */
    READ("read"),
    /** Push, its ref advertisement included. */
    WRITE("push");

    private final String verb;

    Operation(String verb) {
        this.verb = verb;
    }

    /** The word for sentences. */
    public String verb() {
        return verb;
    }
}
