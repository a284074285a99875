package dev.trine.router.metadata;

/** What a FIDO security key must say of its owner when it signs (OpenSSH's PROTOCOL.u2f). */
public enum Presence {
    /** Nothing is asked for beyond the signature. */
    ANY,
    /** That he touched it. */
    TOUCHED,
    /** Also that he proved to it who he is. */
    VERIFIED
}
