package dev.trine.router.nodes;

import io.grpc.Status;
import java.util.Optional;

/** What came of a call to a node. */
public sealed interface Reply<T> {
    /** The node did it. */
    record Done<T>(T value) implements Reply<T> {
    }

    /** The node refused, or did not answer in time; the text is for people. */
    record Failed<T>(Status.Code code, String text) implements Reply<T> {
        /** Whether the node itself is in doubt, rather than the request. */
        boolean isNodesFault() {
            return switch (code) {
                case UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, UNAUTHENTICATED, RESOURCE_EXHAUSTED,
                    UNIMPLEMENTED, DATA_LOSS -> true;
                case OK, CANCELLED, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED,
                    FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE -> false;
            };
        }
    }

    /** The value, if it was done. */
    default Optional<T> ifDone() {
        return switch (this) {
            case Done<T> done -> Optional.of(done.value());
            case Failed<T> failed -> Optional.empty();
        };
    }

    /** Why it was not done, for people; empty: it was. */
    default String problem() {
        return switch (this) {
            case Done<T> done -> "";
            case Failed<T> failed -> failed.text();
        };
    }
}
