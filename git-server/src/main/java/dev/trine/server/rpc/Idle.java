package dev.trine.server.rpc;

import dev.trine.common.config.Durations;
import io.grpc.Status;
import java.time.Duration;

/** What is said to a client that has stood still for too long. */
final class Idle {
    private Idle() {
    }

    /** It took nothing of what is sent to it. */
    static Status tookNothing(Duration max) {
        return Status.RESOURCE_EXHAUSTED.withDescription("the client took nothing for " + limit(max));
    }

    /** It sent nothing of what it is waited for. */
    static Status sentNothing(Duration max) {
        return Status.RESOURCE_EXHAUSTED.withDescription("the client sent nothing for " + limit(max));
    }

    private static String limit(Duration max) {
        return Durations.format(max) + ", the limit of this server (clients.idle-max)";
    }
}
