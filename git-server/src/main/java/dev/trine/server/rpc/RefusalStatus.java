package dev.trine.server.rpc;

import dev.trine.server.hosting.Refusal;
import io.grpc.Status;

/** What a refusal is on the wire. FAILED_PRECONDITION: route again; UNAVAILABLE: route again, elsewhere. */
final class RefusalStatus {
    private RefusalStatus() {
    }

    static Status of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.NotHere here -> Status.FAILED_PRECONDITION.withDescription(
                "this node has no replica of " + here.repo() + " that may answer; route again");
            case Refusal.Behind behind -> Status.FAILED_PRECONDITION.withDescription(
                "this node has " + behind.repo() + " at " + behind.have() + ", asked for was " + behind.wanted()
                    + "; route again");
            case Refusal.OverLimit over -> Status.RESOURCE_EXHAUSTED.withDescription(over.limit());
            case Refusal.Unavailable unavailable -> Status.UNAVAILABLE.withDescription(unavailable.why());
        };
    }
}
