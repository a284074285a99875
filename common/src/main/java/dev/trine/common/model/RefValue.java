package dev.trine.common.model;

import java.util.Optional;

/** What one ref holds. */
public sealed interface RefValue {
    /**
     * An object.
     *
     * @param id     the object's name
     * @param peeled for an annotated tag, the object that it finally names; computed once, when the value is written
     */
    record Direct(ObjectName id, Optional<ObjectName> peeled) implements RefValue {
        public Direct(ObjectName id) {
            this(id, Optional.empty());
        }
    }

    /** Another ref, which need not exist. */
    record Symbolic(RefName target) implements RefValue {
    }

    /** Whether both are the same for compare-and-set: peeled ids are derived and do not count. */
    default boolean sameAs(RefValue other) {
        return switch (this) {
            case Direct mine -> other instanceof Direct theirs && mine.id().equals(theirs.id());
            case Symbolic mine -> mine.equals(other);
        };
    }
}
