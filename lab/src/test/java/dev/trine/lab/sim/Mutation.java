package dev.trine.lab.sim;

/** Plausible mistakes (docs/PROTOCOL.md), planted around the replica to see that the simulation catches each. */
enum Mutation {
    NONE,
    /** Messages leave before the batch is durable. */
    SEND_BEFORE_SYNC,
    /** The own promise is not made durable before the first Lock leaves. */
    EPOCH_REUSE,
    /** The holder counts itself though its own node has promised higher. */
    SELF_BYPASS,
    /** An append is acknowledged although no peer has it. */
    ONE_ACK,
    /** A peer acknowledges its own last version, not what it compared. */
    ACK_OWN_LAST,
    /** Entries of an older epoch are counted. */
    OLD_EPOCH_COUNT,
    /** Any log of the grants is adopted. */
    ANY_LOG,
    /** What is adopted gets the new epoch. */
    RESTAMP,
    /** The entry before the first of an append is not compared. */
    NO_PREV_CHECK,
    /** A conflicting suffix is overwritten in the middle instead of cut. */
    NO_TRUNCATE,
    /** A commit notice applies to whatever entry has that version. */
    COMMIT_BY_VERSION,
    /** Old values are compared with the committed state instead of the whole log. */
    CAS_COMMITTED,
    /** A retried push is looked for among the committed ones only. */
    DEDUPE_COMMITTED,
    /** A rejection is answered without asking whether the epoch still stands. */
    REJECT_NOPROBE,
    /** A rejection is answered before what it was evaluated on is committed. */
    REJECT_TAIL,
    /** Entries are accepted without their objects. */
    ACK_NO_OBJECTS,
    /** Garbage collection does not know of the log's tail. */
    GC_TAIL,
    /** A wiped disk comes back as the same member. */
    WIPED_VOTES,
    /** The holder serves reads before all that it adopted is committed. */
    HOLDER_BEFORE_READY,
    /** The router asks the holder without a minimum. */
    HOLDER_NO_M,
    /** The router is content with one answer. */
    ONE_ANSWER,
    /** A read uses the answers to a probe that was sent before it began. */
    JOIN_PROBE,
    /** The router combines answers of retired members with others. */
    RETIRED_ANSWERS
}
