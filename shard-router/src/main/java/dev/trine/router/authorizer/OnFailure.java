package dev.trine.router.authorizer;

/** What counts while the external authorizer does not answer. */
public enum OnFailure {
    /** Nothing may be done. */
    DENY,
    /** What Trine allows may be done. */
    ALLOW,
    /** Its last answer to the same question counts; what it was never asked may not be done. */
    LAST_KNOWN
}
