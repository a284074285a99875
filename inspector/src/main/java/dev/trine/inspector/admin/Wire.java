package dev.trine.inspector.admin;

import com.google.protobuf.Timestamp;
import dev.trine.proto.Epoch;
import dev.trine.proto.Position;
import java.time.Instant;
import java.util.Optional;

/** How values of the wire are written for people and scripts. */
final class Wire {
    private Wire() {
    }

    /** A point in time as in RFC 3339, UTC; empty: it is not set. */
    static Optional<String> time(boolean set, Timestamp at) {
        return set ? Optional.of(Instant.ofEpochSecond(at.getSeconds(), at.getNanos()).toString()) : Optional.empty();
    }

    /** "generation.counter.slot". */
    static String epoch(Epoch epoch) {
        return epoch.getGeneration() + "." + epoch.getCounter() + "." + epoch.getSlot();
    }

    /** "version@epoch". */
    static String position(Position position) {
        return position.getVersion() + "@" + epoch(position.getEpoch());
    }

    static Optional<String> nonEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
