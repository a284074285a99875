package dev.trine.server.store;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import java.util.Optional;

/**
 * The stored form of what a ref holds: one byte for the kind, then 20 bytes of the id (kind 1), twice that with the
 * peeled id (kind 2), or the target's name (kind 3). Kind 0 stands for no value where there may be none.
 */
final class RefValues {
    private static final int NONE = 0;
    private static final int DIRECT = 1;
    private static final int PEELED = 2;
    private static final int SYMBOLIC = 3;

    private RefValues() {
    }

    static byte[] encode(RefValue value) {
        Encoder to = new Encoder();
        write(to, Optional.of(value));
        return to.toBytes();
    }

    static RefValue decode(byte[] value, RefName name) {
        return Decoder.decode(value, "ref " + name,
            from -> read(from).orElseThrow(() -> new IllegalArgumentException("a ref without value")));
    }

    static void write(Encoder to, Optional<RefValue> value) {
        if (value.isEmpty()) {
            to.octet(NONE);
            return;
        }
        switch (value.get()) {
            case RefValue.Direct direct -> {
                to.octet(direct.peeled().isPresent() ? PEELED : DIRECT).hex(direct.id().hex());
                direct.peeled().ifPresent(peeled -> to.hex(peeled.hex()));
            }
            case RefValue.Symbolic symbolic -> to.octet(SYMBOLIC).text(symbolic.target().value());
        }
    }

    static Optional<RefValue> read(Decoder from) {
        int kind = from.octet();
        return switch (kind) {
            case NONE -> Optional.empty();
            case DIRECT -> Optional.of(new RefValue.Direct(new ObjectName(from.hex(40))));
            case PEELED -> Optional.of(new RefValue.Direct(new ObjectName(from.hex(40)),
                Optional.of(new ObjectName(from.hex(40)))));
            case SYMBOLIC -> Optional.of(new RefValue.Symbolic(new RefName(from.text())));
            default -> throw new IllegalArgumentException("unknown kind of ref value: " + kind);
        };
    }

    static void write(Encoder to, RefUpdate update) {
        to.text(update.name().value());
        write(to, update.oldValue());
        write(to, update.newValue());
    }

    static RefUpdate readUpdate(Decoder from) {
        return new RefUpdate(new RefName(from.text()), read(from), read(from));
    }
}
