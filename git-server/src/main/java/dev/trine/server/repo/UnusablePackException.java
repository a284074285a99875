package dev.trine.server.repo;

/** Stops the indexing of a pack that cannot be used; becomes {@link ReceivedPack.Unusable} at the package's door. */
final class UnusablePackException extends Exception {
    private static final long serialVersionUID = 1L;

    /** One sentence in lower case, without a full stop. */
    UnusablePackException(String why) {
        super(why);
    }
}
