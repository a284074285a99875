package dev.trine.server.replication;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Refs at some point of a log, as far as a transaction's check needs them. */
interface RefLayer {
    /** What a ref holds there. */
    Optional<RefValue> get(RefName name);

    /** Whether a ref exists whose name starts with the prefix and that is not hidden. */
    boolean anyUnder(String prefix, Predicate<RefName> hidden);

    /** The refs that the disk shows, whenever it is asked. */
    static RefLayer of(Supplier<RefTable> committed) {
        return new RefLayer() {
            @Override
            public Optional<RefValue> get(RefName name) {
                return committed.get().get(name);
            }

            @Override
            public boolean anyUnder(String prefix, Predicate<RefName> hidden) {
                boolean[] found = new boolean[1];
                committed.get().scan(prefix, (name, value) -> {
                    found[0] = !hidden.test(name);
                    return !found[0];
                });
                return found[0];
            }
        };
    }
}
