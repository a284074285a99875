package dev.trine.server.replication;

/** Plausible mistakes (docs/PROTOCOL.md), planted around the replica to see that the simulation catches each. */
enum Mutation {
    NONE,
    /** Acknowledgements leave before the batch is durable. */
    SEND_BEFORE_SYNC,
    /** The own promise is not made durable. */
    EPOCH_REUSE,
    /** An append is acknowledged by a peer that never got it. */
    ONE_ACK,
    /** Any log of the grants is adopted. */
    ANY_LOG,
    /** The granter's log is fetched although it has moved on. */
    FETCH_UNCHECKED,
    /** The entry before the first of an append is not compared. */
    NO_PREV_CHECK,
    /** A commit notice applies to whatever entry has that version. */
    COMMIT_BY_VERSION,
    /** Entries are accepted without their objects. */
    ACK_NO_OBJECTS,
    /** Garbage collection does not know of the log's tail. */
    GC_TAIL,
    /** A wiped disk comes back as the same member. */
    WIPED_VOTES,
    /** The router is content with one answer. */
    ONE_ANSWER,
    /** The router takes two equal answers for a proof whatever was promised. */
    PROOF_NO_PROMISE,
    /** The router asks the holder without a minimum. */
    HOLDER_NO_M,
    /** The router combines answers of retired members with others. */
    RETIRED_ANSWERS,
    /** Every push is accepted as new, whatever its id says. */
    NO_DEDUPE
}
