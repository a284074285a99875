package dev.trine.deploy.bench;

import java.util.List;

/** The suites, in the order in which they run. */
final class Suites {
    private Suites() {
    }

    static List<Suite> all() {
        return List.of(
            new Suite("clone", "clones: everything, a branch, without blobs, shallow", ReadSuites::clones),
            new Suite("fetch", "fetches of new commits", ReadSuites::fetches),
            new Suite("refs", "ls-remote and clone of very many refs", ReadSuites::listings),
            new Suite("small-push", "pushes of one commit", WriteSuites::small),
            new Suite("push-refs", "pushes of one commit where there are very many refs", WriteSuites::manyRefs),
            new Suite("writers", "many writers at once", WriteSuites::writers),
            new Suite("big-push", "pushes of a whole history", WriteSuites::big),
            new Suite("crowd", "many clones at once, equal and different", CrowdSuites::clones),
            new Suite("mixed", "reads and writes at once, five to one", CrowdSuites::mixed));
    }
}
