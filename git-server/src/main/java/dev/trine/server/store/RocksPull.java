package dev.trine.server.store;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A pulled state in a ref space of its own, which is doomed until the switch. Its writes are made durable by the sync
 * of the batch that switches.
 */
final class RocksPull implements PulledRefs {
    private final Database database;
    private final RefSpaces spaces;
    private final BooleanSupplier abandon;
    private final long space;
    private final List<PackName> packs = new ArrayList<>();

    /**
     * Begins.
     *
     * @param abandon takes the pull off the list; false: it was switched to or abandoned before
     */
    RocksPull(Database database, RefSpaces spaces, BooleanSupplier abandon) {
        this.database = database;
        this.spaces = spaces;
        this.abandon = abandon;
        this.space = spaces.allocate();
        try (Write write = database.write()) {
            write.put(Keys.doomedSpace(space), new byte[0]);
            write.later();
        }
    }

    long space() {
        return space;
    }

    List<PackName> packs() {
        return packs;
    }

    @Override
    public void add(Map<RefName, RefValue> refs) {
        try (Write write = database.write()) {
            refs.forEach((name, value) -> write.put(Keys.ref(space, name), RefValues.encode(value)));
            write.later();
        }
    }

    @Override
    public void addPacks(List<PackName> added) {
        packs.addAll(added);
    }

    @Override
    public void close() {
        if (abandon.getAsBoolean()) {
            spaces.delete(List.of(space));
        }
    }
}
