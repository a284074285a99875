package dev.trine.server.store;

import dev.trine.common.model.PackName;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.RefsDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * A pulled state in a ref space of its own, which is doomed until the switch. Its writes are made durable by the sync
 * of the batch that switches.
 */
final class RocksPull implements PulledRefs {
    private final RepoId repo;
    private final Database database;
    private final RefSpaces spaces;
    private final BooleanSupplier abandon;
    private final long space;
    private final List<PackName> packs = new ArrayList<>();
    private RefsDigest digest = RefsDigest.EMPTY;
    private OptionalLong receiptsFrom = OptionalLong.empty();

    /**
     * Begins.
     *
     * @param abandon takes the pull off the list; false: it was switched to or abandoned before
     */
    RocksPull(RepoId repo, Database database, RefSpaces spaces, BooleanSupplier abandon) {
        this.repo = repo;
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
        digest = digest.with(refs);
    }

    @Override
    public RefsDigest refsDigest() {
        return digest;
    }

    /** Receipts are facts about committed history: those of a pull that is not switched to do no harm. */
    @Override
    public void addReceipts(List<Receipt> receipts) {
        try (Write write = database.write()) {
            receipts.forEach(receipt -> write.put(Keys.receipt(repo, receipt.at().version()),
                ReplicaValues.encode(receipt)));
            write.later();
        }
    }

    @Override
    public void receiptsFrom(long version) {
        receiptsFrom = OptionalLong.of(version);
    }

    /** From which version on there is every receipt up to the pulled state; empty: none came. */
    OptionalLong receiptsFrom() {
        return receiptsFrom;
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
