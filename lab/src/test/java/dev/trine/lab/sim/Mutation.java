package dev.trine.lab.sim;

import java.util.function.Supplier;

/** The plausible mistakes of docs/PROTOCOL.md, planted around replicas and routers to see that each is caught. */
enum Mutation {
    /** What is adopted gets the new epoch. */
    RESTAMP(() -> new MessageMistakes(MessageMistakes.Kind.RESTAMP)),
    /** Entries of an older epoch are counted. */
    OLD_EPOCH_COUNT(() -> new MessageMistakes(MessageMistakes.Kind.OLD_EPOCH_COUNT)),
    /** A commit notice applies to whatever entry has that version. */
    COMMIT_BY_VERSION(() -> new MessageMistakes(MessageMistakes.Kind.COMMIT_BY_VERSION)),
    /** The holder counts itself though its own node has promised higher. */
    SELF_BYPASS(() -> new MessageMistakes(MessageMistakes.Kind.SELF_BYPASS)),
    /** A peer acknowledges its own last version, not what it compared. */
    ACK_OWN_LAST(() -> new MessageMistakes(MessageMistakes.Kind.ACK_OWN_LAST)),
    /** The entry before the first of an append is not compared. */
    NO_PREV_CHECK(() -> new MessageMistakes(MessageMistakes.Kind.NO_PREV_CHECK)),
    /** An append is acknowledged although no peer has it. */
    ONE_ACK(() -> new MessageMistakes(MessageMistakes.Kind.ONE_ACK)),
    /** Any log of the grants is adopted. */
    ANY_LOG(() -> new MessageMistakes(MessageMistakes.Kind.ANY_LOG)),
    /** Messages leave before the batch is durable. */
    SEND_BEFORE_SYNC(() -> new DiskMistakes(DiskMistakes.Kind.SEND_BEFORE_SYNC)),
    /** The own promise is not durable before the first Lock leaves. */
    EPOCH_REUSE(() -> new DiskMistakes(DiskMistakes.Kind.EPOCH_REUSE)),
    /** A conflicting suffix is overwritten in the middle instead of cut. */
    NO_TRUNCATE(() -> new DiskMistakes(DiskMistakes.Kind.NO_TRUNCATE)),
    /** What a crash left of a batch counts. */
    TORN_BATCH(() -> new DiskMistakes(DiskMistakes.Kind.TORN_BATCH)),
    /** Entries are accepted without their objects. */
    ACK_NO_OBJECTS(() -> new DiskMistakes(DiskMistakes.Kind.ACK_NO_OBJECTS)),
    /** Garbage collection does not know of the log's tail. */
    GC_TAIL(() -> new DiskMistakes(DiskMistakes.Kind.GC_TAIL)),
    /** A wiped disk, or an old copy of one, comes back as the same member. */
    WIPED_VOTES(() -> new DiskMistakes(DiskMistakes.Kind.WIPED_VOTES)),
    /** A retired node removes its data before the next members have them. */
    GC_SOURCE_EARLY(() -> new DiskMistakes(DiskMistakes.Kind.GC_SOURCE_EARLY)),
    /** Old values are compared with the committed state instead of the whole log. */
    CAS_COMMITTED(() -> new RequestMistakes(RequestMistakes.Kind.CAS_COMMITTED)),
    /** A retried push is looked for among the committed ones only. */
    DEDUPE_COMMITTED(() -> new RequestMistakes(RequestMistakes.Kind.DEDUPE_COMMITTED)),
    /** A rejection is answered without asking whether the epoch still stands. */
    REJECT_NOPROBE(() -> new RequestMistakes(RequestMistakes.Kind.REJECT_NOPROBE)),
    /** A rejection is answered before what it was evaluated on is committed. */
    REJECT_TAIL(() -> new RequestMistakes(RequestMistakes.Kind.REJECT_TAIL)),
    /** The holder serves reads before all that it adopted is committed. */
    HOLDER_BEFORE_READY(() -> new RequestMistakes(RequestMistakes.Kind.HOLDER_BEFORE_READY)),
    /** The router asks the holder without a minimum. */
    HOLDER_NO_M(() -> new RouterMistakes(RouterMistakes.Kind.HOLDER_NO_M)),
    /** The router is content with one answer. */
    ONE_ANSWER(() -> new RouterMistakes(RouterMistakes.Kind.ONE_ANSWER)),
    /** A read uses the answers to a probe that was sent before it began. */
    JOIN_PROBE(() -> new RouterMistakes(RouterMistakes.Kind.JOIN_PROBE)),
    /** The router combines answers of retired members with others. */
    RETIRED_ANSWERS(() -> new RouterMistakes(RouterMistakes.Kind.RETIRED_ANSWERS)),
    /** A SEAL takes effect where one node has accepted it. */
    SEAL_ONE(() -> new SealMistakes(SealMistakes.Kind.SEAL_ONE)),
    /** A SEAL is accepted from a holder although a higher epoch is promised. */
    SEAL_IGNORES_PROMISE(() -> new SealMistakes(SealMistakes.Kind.SEAL_IGNORES_PROMISE)),
    /** A member of the next generation votes before it has the history. */
    ACTIVATE_WITHOUT_COPY(() -> new SealMistakes(SealMistakes.Kind.ACTIVATE_WITHOUT_COPY));

    private final Supplier<Mistakes> mistakes;

    Mutation(Supplier<Mistakes> mistakes) {
        this.mistakes = mistakes;
    }

    /** For one run. */
    Mistakes planted() {
        return mistakes.get();
    }
}
