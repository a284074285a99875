package dev.trine.server.store;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefTable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;

/** The refs of one ref space. A scan holds nothing of the database while the visitor runs. */
final class RocksRefTable implements RefTable {
    private static final int SPACE_LENGTH = 9;

    private final Reads reads;
    private final LongSupplier space;

    /**
     * Reads nothing yet.
     *
     * @param space tells the ref space, at each read
     */
    RocksRefTable(Reads reads, LongSupplier space) {
        this.reads = reads;
        this.space = space;
    }

    @Override
    public Optional<RefValue> get(RefName name) {
        return reads.get(Keys.ref(space.getAsLong(), name)).map(value -> RefValues.decode(value, name));
    }

    @Override
    public void scan(String prefix, BiPredicate<RefName, RefValue> visitor) {
        reads.scan(Keys.refs(space.getAsLong(), prefix), (key, value) -> {
            RefName name = new RefName(new String(key, SPACE_LENGTH, key.length - SPACE_LENGTH,
                StandardCharsets.UTF_8));
            return visitor.test(name, RefValues.decode(value, name));
        });
    }
}
