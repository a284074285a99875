package dev.trine.deploy.bench;

import java.util.List;

/** The suites, in the order in which they run. */
final class Suites {
    private Suites() {
    }

    static List<Suite> all() {
        return List.of(
            Suite.paired("clone", "clones: everything, a branch, without blobs, shallow", ReadSuites::clones),
            Suite.paired("fetch", "fetches of new commits", ReadSuites::fetches),
            Suite.overHttp("refs", "ls-remote and clone of very many refs", ReadSuites::listings),
            Suite.paired("small-push", "pushes of one commit", WriteSuites::small),
            Suite.overHttp("push-refs", "pushes of one commit where there are very many refs", WriteSuites::manyRefs),
            Suite.overHttp("writers", "many writers at once", WriteSuites::writers),
            Suite.paired("big-push", "pushes of a whole history", WriteSuites::big),
            Suite.overHttp("crowd", "many clones at once, equal and different", CrowdSuites::clones),
            Suite.overHttp("mixed", "reads and writes at once, five to one", CrowdSuites::mixed),
            Suite.overHttp("growth", "what refs, pushes and repositories cost as they grow", GrowthSuite::run),
            Suite.own("maintained", "clones and fetches after very many small pushes", MaintainedSuite::run),
            Suite.own("routes", "decisions of the shard router", RouteSuite::run));
    }
}
