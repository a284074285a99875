package dev.trine.deploy.chaos;

import java.util.Optional;

/**
 * A compare-and-set of one ref.
 *
 * @param before what it must be; empty: it must not exist
 * @param after  what it becomes; empty: it is deleted
 */
record RefChange(String ref, Optional<String> before, Optional<String> after) {
    /** The option and the refspec by which git pushes exactly this. */
    String lease() {
        return "--force-with-lease=" + ref + ":" + before.orElse("");
    }

    String refspec() {
        return after.orElse("") + ":" + ref;
    }
}
