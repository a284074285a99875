package dev.trine.deploy.bench;

/** A server side of somebody else's, to compare with. */
enum Peer {
    /** C Git's own: what we aim to beat. It makes processes for each request. */
    CGIT("C Git"),
    /** JGit's own servlet, over HTTP only: one process that goes on. */
    JGIT("JGit");

    private final String title;

    Peer(String title) {
        this.title = title;
    }

    /** Its name, for people. */
    String title() {
        return title;
    }
}
