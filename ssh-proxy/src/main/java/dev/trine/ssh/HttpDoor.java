package dev.trine.ssh;

import java.net.URI;
import java.util.Optional;

/** Where the cluster's HTTP proxies are, for who asks here for what only they serve; empty: nobody said. */
record HttpDoor(Optional<URI> url) {
    /** A sentence for who wants a repository that an upstream serves. */
    String sentenceFor(String path) {
        return "repository " + path + " is served over HTTP only until it has moved here: use " + url
            .map(base -> plain(base) + "/" + path + ".git")
            .orElse("the HTTP URL of this host");
    }

    /** A sentence for who wants an archive. */
    String archives() {
        return "archives are served by URL: " + url.map(HttpDoor::plain).orElse("https://HOST")
            + "/GROUP/NAME/-/archive/REVISION.tar.gz or .zip";
    }

    private static String plain(URI base) {
        return base.toString().replaceFirst("/+$", "");
    }
}
