package dev.trine.server.replica;

import dev.trine.common.model.PushId;

/** Identities of the transactions that one push tries one after the other. */
final class PushIds {
    private PushIds() {
    }

    /** The identity of a push's later try with other updates: always the same for the same push and try. */
    static PushId retry(PushId push, int attempt) {
        return PushId.of(push.value() + " " + attempt);
    }
}
