package dev.trine.router.authorizer;

/** What can be done with a repository, as the external authorizer is asked for it. */
public enum Act {
    /** Clone, fetch, look at its state. */
    READ("read"),
    /** Push, change refs. */
    WRITE("push to"),
    /** Create, rename, archive, delete, set visibility, protect refs. */
    ADMIN("administer");

    private final String word;

    Act(String word) {
        this.word = word;
    }

    /** The act in a sentence, before the path. */
    String word() {
        return word;
    }
}
