package dev.trine.server.store;

import static dev.trine.server.store.Samples.FEATURE;
import static dev.trine.server.store.Samples.MAIN;
import static dev.trine.server.store.Samples.REPO;
import static dev.trine.server.store.Samples.at;
import static dev.trine.server.store.Samples.batch;
import static dev.trine.server.store.Samples.created;
import static dev.trine.server.store.Samples.push;
import static dev.trine.server.store.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.Receipt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Sha256;
import dev.trine.server.replication.ChangesDigest;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RefsDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store promises of the digest of all refs and of receipts. */
abstract class ReceiptContract {
    static final ReceiptRule RULE = new ReceiptRule(Duration.ofDays(1), 500);

    final Samples.TestClock clock = new Samples.TestClock(Instant.parse("2026-11-21T07:00:00Z"));
    ReplicaStore store;

    abstract ReplicaStore open() throws Exception;

    abstract ReplicaStore restart(ReplicaStore before) throws Exception;

    @BeforeEach
    void begin() throws Exception {
        store = open();
        store.create(REPO, created(), Map.of(RefName.HEAD, new RefValue.Symbolic(MAIN)));
    }

    @Test
    void aNewReplicaHasTheDigestOfItsRefs() throws Exception {
        store = restart(store);
        assertThat(digest()).isEqualTo(found());
        assertThat(receipts(9)).isEqualTo(new KeptReceipts(List.of(), 1));
    }

    @Test
    void eachChangeOfAGroupHasItsReceiptAndMovesTheDigest() throws Exception {
        Logged first = Samples.move(1, MAIN, Optional.empty(), Optional.of(value(1)));
        Logged second = Samples.move(2, MAIN, Optional.of(value(1)), Optional.of(value(2)));
        Logged noop = Samples.noop(3, 1);
        Logged third = Samples.move(4, MAIN, Optional.of(value(2)), Optional.empty());
        store.apply(REPO, batch().state(Samples.committed(2)).put(first, second).applied(first, second)
            .ref(MAIN, Optional.of(value(2))).build());
        RefsDigest between = digest();
        assertThat(between).isEqualTo(found());
        store.apply(REPO, batch().state(Samples.committed(4)).put(noop, third).applied(noop, third)
            .ref(MAIN, Optional.empty()).build());
        store = restart(store);
        assertThat(digest()).isEqualTo(found()).isNotEqualTo(between);
        assertThat(receipts(9)).isEqualTo(new KeptReceipts(List.of(receipt(third, digest().sha256()),
            receipt(second, between.sha256()), receipt(first, RefsDigest.EMPTY.with(Map.of(RefName.HEAD,
                new RefValue.Symbolic(MAIN), MAIN, value(1))).sha256())), 1));
        assertThat(receipts(3).receipts()).extracting(Receipt::at).containsExactly(at(2), at(1));
        assertThat(receipts(0).receipts()).isEmpty();
    }

    @Test
    void aPulledStateBringsItsDigestAndTheReceiptsThatWereLacking() throws Exception {
        applyMoves(1, 3);
        Receipt pulled = receipt(Samples.move(9, FEATURE, Optional.empty(), Optional.of(value(5))),
            RefsDigest.EMPTY.sha256());
        try (PulledRefs pull = store.pull(REPO, new PullId(1))) {
            pull.add(Map.of(FEATURE, value(5)));
            pull.add(Map.of(MAIN, value(6)));
            pull.addReceipts(List.of(pulled));
            pull.receiptsFrom(4);
            assertThat(pull.refsDigest()).isEqualTo(RefsDigest.EMPTY.with(Map.of(FEATURE, value(5), MAIN, value(6))));
            store.apply(REPO, batch().state(Samples.committed(10, 10)).snapshot(1).build());
        }
        store = restart(store);
        assertThat(digest()).isEqualTo(found());
        KeptReceipts kept = receipts(20);
        assertThat(kept.from()).isEqualTo(1);
        assertThat(kept.receipts()).hasSize(4).first().isEqualTo(pulled);
    }

    @Test
    void receiptsThatAPullDidNotBringAreNotClaimed() throws Exception {
        applyMoves(1, 3);
        try (PulledRefs pull = store.pull(REPO, new PullId(1))) {
            pull.add(Map.of(MAIN, value(6)));
            pull.receiptsFrom(8);
            store.apply(REPO, batch().state(Samples.committed(10, 10)).snapshot(1).build());
        }
        store = restart(store);
        assertThat(receipts(20).from()).isEqualTo(8);
        assertThat(receipts(20).receipts()).hasSize(3);
    }

    @Test
    void aReceiptNamesTheUserAndTheNodesThatWereKnownToHoldTheChange() throws Exception {
        Logged move = Samples.by("alice", Samples.move(1, MAIN, Optional.empty(), Optional.of(value(1))));
        store.apply(REPO, batch().state(Samples.committed(1)).put(move).applied(move).heldBy("n1", "n3")
            .ref(MAIN, Optional.of(value(1))).build());
        store = restart(store);
        assertThat(receipts(1).receipts()).singleElement().satisfies(receipt -> {
            assertThat(receipt.user()).isEqualTo("alice");
            assertThat(receipt.nodes()).containsExactly(new NodeId("n1"), new NodeId("n3"));
        });
        assertThat(store.load(REPO).orElseThrow().replica().log()).as("the log names him too").containsExactly(move);
    }

    @Test
    void ofADeletedRepositoryNoReceiptStays() throws Exception {
        applyMoves(1, 3);
        store.deleteContents(REPO);
        store = restart(store);
        assertThat(receipts(9)).isEqualTo(new KeptReceipts(List.of(), 4));
        assertThat(digest()).isEqualTo(RefsDigest.EMPTY);
    }

    /** Commits moves of one branch, one batch each. */
    final void applyMoves(int first, int last) {
        for (int version = first; version <= last; version++) {
            Optional<RefValue> before = version == 1 ? Optional.empty() : Optional.of(value(version - 1));
            Logged move = Samples.move(version, MAIN, before, Optional.of(value(version)));
            store.apply(REPO, batch().state(Samples.committed(version)).put(move).applied(move)
                .ref(MAIN, Optional.of(value(version))).build());
        }
    }

    final KeptReceipts receipts(long atMost) {
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            return snapshot.receipts(atMost, 1_000);
        }
    }

    private RefsDigest digest() {
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            return snapshot.refsDigest();
        }
    }

    private RefsDigest found() {
        return RefsDigest.of(store.refs(REPO));
    }

    private Receipt receipt(Logged entry, Sha256 refs) {
        LogEntry.Push push = (LogEntry.Push) entry.entry();
        return new Receipt(entry.position(), push(Math.toIntExact(entry.version())), new Sha256(entry.chain().hex()),
            refs, ChangesDigest.of(push.updates()), clock.instant());
    }
}
