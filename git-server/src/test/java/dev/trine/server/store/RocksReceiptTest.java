package dev.trine.server.store;

import static dev.trine.server.store.Samples.REPO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Receipt;
import dev.trine.server.replication.RefsDigest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in RocksDB keeps the contract of receipts, and drops those that are too old or too many. */
class RocksReceiptTest extends ReceiptContract {
    private static final int DAY_SECONDS = 86_400;

    @TempDir
    private Path dir;
    private Database database;

    @Override
    ReplicaStore open() throws Exception {
        database = Database.open(dir, true, 8 << 20, (fact, cause) -> {
            throw new AssertionError(fact, cause);
        });
        return new RocksReplicaStore(database, RULE, clock);
    }

    @Override
    ReplicaStore restart(ReplicaStore before) throws Exception {
        database.close();
        return open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void receiptsThatAreTooOldAreDropped() throws Exception {
        applyMoves(1, 100);
        clock.advanceSeconds(DAY_SECONDS);
        applyMoves(101, 130);
        assertThat(receipts(200)).satisfies(kept -> assertThat(kept.from()).isEqualTo(1));
        clock.advanceSeconds(1);
        applyMoves(131, 200);
        store = restart(store);
        assertThat(receipts(500).from()).isEqualTo(101);
        assertThat(receipts(500).receipts()).hasSize(100).last().extracting(Receipt::at).isEqualTo(Samples.at(101));
        assertThat(receipts(100).receipts()).isEmpty();
    }

    @Test
    void refsThatTheDiskGivesBackOtherwiseDoNotAddUp() {
        applyMoves(1, 3);
        try (ReplicaSnapshot before = store.snapshot(REPO).orElseThrow(); Write damage = database.write()) {
            assertThat(RefsDigest.of(before.refs())).isEqualTo(before.refsDigest());
            damage.put(Keys.ref(1, Samples.MAIN), RefValues.encode(Samples.value(77)));
            damage.sync();
        }
        try (ReplicaSnapshot after = store.snapshot(REPO).orElseThrow()) {
            assertThat(after.refs().get(Samples.MAIN)).contains(Samples.value(77));
            assertThat(RefsDigest.of(after.refs())).isNotEqualTo(after.refsDigest());
        }
    }

    @Test
    void receiptsThatAreTooManyAreDropped() {
        applyMoves(1, 640);
        assertThat(receipts(1_000).receipts()).hasSize(RULE.max()).last().extracting(Receipt::at)
            .isEqualTo(Samples.at(141));
        assertThat(receipts(1_000).from()).isEqualTo(141);
        assertThat(store.load(REPO)).isPresent();
    }
}
