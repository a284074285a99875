package dev.trine.server.store;

import static dev.trine.server.store.Samples.FEATURE;
import static dev.trine.server.store.Samples.MAIN;
import static dev.trine.server.store.Samples.REPO;
import static dev.trine.server.store.Samples.batch;
import static dev.trine.server.store.Samples.created;
import static dev.trine.server.store.Samples.id;
import static dev.trine.server.store.Samples.pack;
import static dev.trine.server.store.Samples.push;
import static dev.trine.server.store.Samples.staged;
import static dev.trine.server.store.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Position;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PullId;
import dev.trine.server.replication.RecordedOutcome;
import dev.trine.server.replication.RefTable;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.StoredReplica;
import dev.trine.server.replication.Withdrawal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of replicas promises. */
abstract class ReplicaStoreContract {
    final Samples.TestClock clock = new Samples.TestClock(Instant.parse("2026-11-21T07:00:00Z"));
    ReplicaStore store;

    abstract ReplicaStore open() throws Exception;

    /** Closes and opens again what lasts; a store that forgets does nothing. */
    abstract ReplicaStore restart(ReplicaStore before) throws Exception;

    @BeforeEach
    void begin() throws Exception {
        store = open();
    }

    private void restart() throws Exception {
        store = restart(store);
    }

    @Test
    void aReplicaThatWasCreatedIsThereWithItsRefs() throws Exception {
        assertThat(store.create(REPO, created(), Map.of(RefName.HEAD, new RefValue.Symbolic(MAIN)))).isTrue();
        restart();
        assertThat(store.repositories()).containsExactly(REPO);
        assertThat(store.load(REPO)).contains(empty(created()));
        assertThat(store.refs(REPO).get(RefName.HEAD)).contains(new RefValue.Symbolic(MAIN));
    }

    @Test
    void repositoriesAreFoundByTheirStateAndByWhatIsStaged() throws Exception {
        RepoId other = new RepoId("f".repeat(32));
        RepoId third = new RepoId("e".repeat(32));
        store.create(REPO, created(), Map.of());
        store.create(other, ReplicaState.learner(), Map.of());
        store.create(third, created(), Map.of());
        store.stage(third, staged(1));
        store.stage(third, staged(2));
        store.apply(third, batch().put(Samples.entry(1)).build());
        restart();
        assertThat(store.repositories(state -> state.role() == Role.LEARNER)).containsExactly(other);
        assertThat(store.repositories(state -> state.role() == Role.VOTER)).containsExactlyInAnyOrder(REPO, third);
        assertThat(store.repositories(state -> false)).isEmpty();
        assertThat(store.repositoriesWithStaged()).containsExactly(third);
    }

    @Test
    void whatExistsIsNotCreatedAgain() {
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        assertThat(store.create(REPO, ReplicaState.learner(), Map.of(MAIN, value(2)))).isFalse();
        assertThat(store.load(REPO).orElseThrow().replica().state()).isEqualTo(created());
        assertThat(store.refs(REPO).get(MAIN)).contains(value(1));
    }

    @Test
    void aRepositoryThatWasNeverCreatedHasNothing() {
        assertThat(store.load(REPO)).isEmpty();
        assertThat(store.snapshot(REPO)).isEmpty();
        assertThat(store.lists(REPO, pack(1))).isFalse();
        assertThat(store.staged(REPO)).isEmpty();
        assertThat(store.refs(REPO).get(MAIN)).isEmpty();
        assertThatThrownBy(() -> store.apply(REPO, batch().put(Samples.entry(1)).build()))
            .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void everyKindOfEntryComesBackAsItWas() throws Exception {
        store.create(REPO, created(), Map.of());
        List<Logged> log = Samples.everyKindOfEntry();
        store.apply(REPO, batch().put(log.toArray(Logged[]::new)).build());
        restart();
        assertThat(store.load(REPO).orElseThrow().replica().log()).isEqualTo(log);
    }

    @Test
    void aCommitMovesStateRefsOutcomesAndPacksTogether() throws Exception {
        store.create(REPO, created(), Map.of());
        store.stage(REPO, staged(1, 7));
        store.apply(REPO, batch().put(Samples.entry(1)).build());
        store.apply(REPO, Samples.commit(1, MAIN, value(1), 7));
        restart();
        StoredRepository repository = store.load(REPO).orElseThrow();
        assertThat(repository.replica().state()).isEqualTo(Samples.committed(1));
        assertThat(repository.replica().outcomes()).containsExactly(new RecordedOutcome(push(1), Samples.at(1), true));
        assertThat(repository.staged()).isEmpty();
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            assertThat(snapshot.packs()).containsExactly(pack(7));
            assertThat(snapshot.refs().get(MAIN)).contains(value(1));
            assertThat(snapshot.last()).isEqualTo(Samples.at(1));
            assertThat(snapshot.chain()).isEqualTo(Samples.entry(1).chain());
            assertThat(snapshot.outcomes()).isEqualTo(repository.replica().outcomes());
        }
    }

    @Test
    void aTruncatedSuffixIsGoneAndItsSuccessorStays() throws Exception {
        store.create(REPO, created(), Map.of());
        store.apply(REPO, batch().put(Samples.entry(1), Samples.entry(2), Samples.entry(3)).build());
        Logged other = Samples.noop(2, 5);
        store.apply(REPO, batch().truncateFrom(2).put(other).build());
        restart();
        assertThat(store.load(REPO).orElseThrow().replica().log()).containsExactly(Samples.entry(1), other);
    }

    @Test
    void entriesUpToTheBaseAreDropped() throws Exception {
        store.create(REPO, created(), Map.of());
        store.apply(REPO, batch().put(Samples.entry(1), Samples.entry(2), Samples.entry(3)).build());
        store.apply(REPO, batch().state(Samples.committed(2, 2)).dropUpTo(2).build());
        restart();
        assertThat(store.load(REPO).orElseThrow().replica().log()).containsExactly(Samples.entry(3));
    }

    @Test
    void aLogWithAGapIsNotLoaded() {
        store.create(REPO, created(), Map.of());
        store.apply(REPO, batch().put(Samples.entry(1), Samples.entry(3)).build());
        assertThatThrownBy(() -> store.load(REPO)).isInstanceOf(StoreException.class).hasMessageContaining("version 3");
    }

    @Test
    void outcomesComeInOrderOfVersionAndCanBeForgotten() throws Exception {
        store.create(REPO, created(), Map.of());
        RecordedOutcome first = new RecordedOutcome(push(9), Samples.at(1), true);
        RecordedOutcome second = new RecordedOutcome(push(1), Samples.at(2), false);
        RecordedOutcome third = new RecordedOutcome(push(5), Samples.at(3), true);
        store.apply(REPO, batch().outcomes(third, second, first).build());
        assertThat(store.load(REPO).orElseThrow().replica().outcomes()).containsExactly(first, second, third);
        store.apply(REPO, batch().forget(push(9)).build());
        restart();
        assertThat(store.load(REPO).orElseThrow().replica().outcomes()).containsExactly(second, third);
    }

    @Test
    void aSnapshotDoesNotSeeWhatCommitsAfterIt() {
        store.create(REPO, created(), Map.of(MAIN, value(1), FEATURE, value(2)));
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            store.apply(REPO, batch().state(Samples.committed(1, 1)).ref(MAIN, Optional.of(value(3)))
                .ref(FEATURE, Optional.empty()).join(1, 7).build());
            assertThat(snapshot.state()).isEqualTo(created());
            assertThat(refs(snapshot.refs(), "")).isEqualTo(Map.of(FEATURE, value(2), MAIN, value(1)));
            assertThat(snapshot.packs()).isEmpty();
        }
        assertThat(refs(store.refs(REPO), "")).isEqualTo(Map.of(MAIN, value(3)));
    }

    @Test
    void aSnapshotTellsWhatWasChangedSinceAnEarlierPositionOfTheSameLog() {
        store.create(REPO, created(), Map.of());
        store.apply(REPO, batch().put(Samples.entry(1), Samples.noop(2, 2)).build());
        store.apply(REPO, batch().put(Samples.entry(3), Samples.entry(4)).build());
        store.apply(REPO, batch().state(Samples.committed(1, 3)).dropUpTo(1).build());
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            assertThat(snapshot.changesSince(Samples.at(1), 2)).contains(List.of(Samples.change(3)));
            assertThat(snapshot.changesSince(Samples.at(3), 2)).contains(List.of());
            assertThat(snapshot.changesSince(Samples.at(1), 1)).as("too many entries").isEmpty();
            assertThat(snapshot.changesSince(Position.START, 9)).as("dropped").isEmpty();
            assertThat(snapshot.changesSince(Samples.at(4), 9)).as("not committed").isEmpty();
            assertThat(snapshot.changesSince(new Position(2, new Epoch(1, 9, 0)), 9)).as("another log").isEmpty();
        }
    }

    @Test
    void aClosedSnapshotIsNotRead() {
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow();
        RefTable refs = snapshot.refs();
        snapshot.close();
        snapshot.close();
        assertThatThrownBy(() -> refs.get(MAIN)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(snapshot::packs).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refsAreScannedInGitsOrderByAnyPrefix() {
        Map<RefName, RefValue> many = new LinkedHashMap<>();
        for (int i = 3000; i > 0; i--) {
            many.put(new RefName(String.format("refs/tags/v%04d", i)), value(i));
        }
        many.put(MAIN, value(1));
        many.put(new RefName("refs/heads/ma"), value(2));
        many.put(new RefName("refs/heads/ä"), value(3));
        store.create(REPO, created(), many);
        assertThat(new ArrayList<>(refs(store.refs(REPO), "").keySet())).isSorted().hasSize(3003);
        assertThat(refs(store.refs(REPO), "refs/tags/v1")).hasSize(1000);
        assertThat(refs(store.refs(REPO), "refs/heads/ma")).containsOnlyKeys(new RefName("refs/heads/ma"), MAIN);
        assertThat(refs(store.refs(REPO), "refs/heads/ä")).hasSize(1);
        assertThat(refs(store.refs(REPO), "refs/notes/")).isEmpty();
    }

    @Test
    void aScanEndsWhenTheVisitorHasSeenEnough() {
        store.create(REPO, created(), Map.of(MAIN, value(1), FEATURE, value(2)));
        List<RefName> seen = new ArrayList<>();
        store.refs(REPO).scan("", (name, value) -> {
            seen.add(name);
            return false;
        });
        assertThat(seen).containsExactly(FEATURE);
    }

    @Test
    void aStagedPushInTheLogSurvivesARestartUntilItIsUnstaged() throws Exception {
        store.create(REPO, created(), Map.of());
        store.stage(REPO, staged(1, 7, 8));
        store.stage(REPO, staged(2, 9));
        assertThat(store.staged(REPO)).containsExactly(staged(1, 7, 8), staged(2, 9));
        assertThat(store.repositoriesWithStaged()).containsExactly(REPO);
        store.apply(REPO, batch().put(Samples.entry(1), Samples.entry(2)).build());
        restart();
        assertThat(store.staged(REPO)).containsExactly(staged(1, 7, 8), staged(2, 9));
        assertThat(store.lists(REPO, pack(8))).isTrue();
        store.unstage(REPO, push(1));
        restart();
        assertThat(store.load(REPO).orElseThrow().staged()).containsExactly(staged(2, 9));
        assertThat(store.lists(REPO, pack(8))).isFalse();
    }

    @Test
    void aStagedPushThatIsNotInTheLogIsListedUntilItIsUnstaged() {
        store.create(REPO, created(), Map.of());
        store.stage(REPO, staged(1, 7));
        store.apply(REPO, batch().put(Samples.noop(1, 1)).build());
        assertThat(store.lists(REPO, pack(7))).isTrue();
        assertThat(store.load(REPO).orElseThrow().staged()).containsExactly(staged(1, 7));
        store.unstage(REPO, push(1));
        assertThat(store.lists(REPO, pack(7))).isFalse();
        assertThat(store.repositoriesWithStaged()).isEmpty();
    }

    @Test
    void aSwapOfPacksStartsANewGenerationOfTheObjectStore() throws Exception {
        store.create(REPO, created(), Map.of());
        store.apply(REPO, batch().join(1, 7).join(2, 8).build());
        assertThat(store.replacePacks(REPO, List.of(pack(9)), List.of(pack(7)))).isEqualTo(1);
        restart();
        assertThat(store.load(REPO).orElseThrow().gcGeneration()).isEqualTo(1);
        try (ReplicaSnapshot snapshot = store.snapshot(REPO).orElseThrow()) {
            assertThat(snapshot.packs()).containsExactly(pack(8), pack(9));
            assertThat(snapshot.gcGeneration()).isEqualTo(1);
        }
    }

    @Test
    void aPackThatIsNotThereCannotBeReplaced() {
        store.create(REPO, created(), Map.of());
        assertThatThrownBy(() -> store.replacePacks(REPO, List.of(pack(9)), List.of(pack(7))))
            .isInstanceOf(IllegalStateException.class);
        assertThat(store.lists(REPO, pack(9))).isFalse();
    }

    @Test
    void aPulledStateReplacesThePresentOneInOneBatch() throws Exception {
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        store.apply(REPO, batch().put(Samples.entry(1)).outcomes(new RecordedOutcome(push(9), Samples.at(1), true))
            .join(9, 3).build());
        PulledRefs pull = store.pull(REPO, new PullId(1));
        pull.add(Map.of(FEATURE, value(5)));
        pull.add(Map.of(MAIN, value(6)));
        pull.addPacks(List.of(pack(4)));
        assertThat(refs(store.refs(REPO), "")).isEqualTo(Map.of(MAIN, value(1)));
        RecordedOutcome pulled = new RecordedOutcome(push(2), Samples.at(10), true);
        store.apply(REPO, batch().state(Samples.committed(10, 10)).snapshot(1).put(Samples.entry(11))
            .outcomes(pulled).build());
        pull.close();
        restart();
        StoredRepository repository = store.load(REPO).orElseThrow();
        assertThat(repository.replica().log()).containsExactly(Samples.entry(11));
        assertThat(repository.replica().outcomes()).containsExactly(pulled);
        assertThat(refs(store.refs(REPO), "")).isEqualTo(Map.of(FEATURE, value(5), MAIN, value(6)));
        assertThat(store.lists(REPO, pack(3))).isTrue();
        assertThat(store.lists(REPO, pack(4))).isTrue();
    }

    @Test
    void aPullThatIsNotSwitchedToLeavesNothing() {
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        try (PulledRefs pull = store.pull(REPO, new PullId(1))) {
            pull.add(Map.of(MAIN, value(6)));
            pull.addPacks(List.of(pack(4)));
        }
        assertThat(refs(store.refs(REPO), "")).isEqualTo(Map.of(MAIN, value(1)));
        assertThat(store.lists(REPO, pack(4))).isFalse();
        assertThatThrownBy(() -> store.apply(REPO, batch().snapshot(1).build()))
            .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void replacedTipsAreRememberedUntilTheyAreForgotten() {
        store.create(REPO, created(), Map.of(MAIN, value(1), FEATURE, value(2)));
        store.apply(REPO, batch().ref(MAIN, Optional.of(value(3))).build());
        Instant later = clock.advanceSeconds(60);
        store.apply(REPO, batch().ref(FEATURE, Optional.empty()).ref(MAIN, Optional.of(value(3))).build());
        assertThat(store.replacedTips(REPO, Instant.EPOCH)).containsExactlyInAnyOrder(id(1), id(2));
        assertThat(store.replacedTips(REPO, later)).containsExactly(id(2));
        store.forgetReplacedTips(REPO, later);
        assertThat(store.replacedTips(REPO, Instant.EPOCH)).containsExactly(id(2));
    }

    @Test
    void tipsThatAPulledStateReplacesAreRemembered() {
        store.create(REPO, created(), Map.of(MAIN, value(1), FEATURE, value(2)));
        try (PulledRefs pull = store.pull(REPO, new PullId(1))) {
            pull.add(Map.of(FEATURE, value(2)));
            store.apply(REPO, batch().snapshot(1).build());
        }
        assertThat(store.replacedTips(REPO, Instant.EPOCH)).containsExactly(id(1));
    }

    @Test
    void ofADeletedRepositoryOnlyTheTombstoneStays() throws Exception {
        RepoId neighbour = new RepoId("ab".repeat(15) + "ac");
        store.create(neighbour, created(), Map.of(MAIN, value(4)));
        store.create(REPO, created(), Map.of(MAIN, value(1)));
        store.stage(REPO, staged(2, 8));
        ReplicaState deleted = Samples.state(Role.DELETED, 0, 1);
        store.apply(REPO, batch().state(deleted).put(Samples.entry(1), Samples.entry(2)).join(1, 7)
            .outcomes(new RecordedOutcome(push(9), Samples.at(1), true)).build());
        assertThat(store.count()).isEqualTo(2);
        store.deleteContents(REPO);
        store.deleteContents(REPO);
        assertThat(store.count()).isEqualTo(1);
        restart();
        assertThat(store.count()).isEqualTo(1);
        assertThat(store.load(REPO)).contains(empty(deleted.withoutLog(Samples.entry(1).chain())));
        assertThat(refs(store.refs(REPO), "")).isEmpty();
        assertThat(store.lists(REPO, pack(7))).isFalse();
        assertThat(store.create(REPO, created(), Map.of())).isFalse();
        assertThat(store.refs(neighbour).get(MAIN)).contains(value(4));
    }

    @Test
    void aReplicaThatHasWithdrawnStaysSoUntilItIsRestored() throws Exception {
        store.create(REPO, created(), Map.of());
        for (Withdrawal.Cause cause : Withdrawal.Cause.values()) {
            ReplicaState withdrawn = new ReplicaState(Role.WITHDRAWN, 1, created().members(), created().promised(),
                created().base(), created().baseChain(), created().committed(),
                Optional.of(new Withdrawal(cause, "pack-" + "é".repeat(40), 1_795_000_000_123L)));
            store.apply(REPO, batch().state(withdrawn).build());
            restart();
            assertThat(store.load(REPO).orElseThrow().replica().state()).isEqualTo(withdrawn);
        }
        store.apply(REPO, batch().state(created()).build());
        restart();
        assertThat(store.load(REPO)).contains(empty(created()));
    }

    private static StoredRepository empty(ReplicaState state) {
        return new StoredRepository(new StoredReplica(state, List.of(), List.of()), 0, List.of());
    }

    static Map<RefName, RefValue> refs(RefTable table, String prefix) {
        Map<RefName, RefValue> refs = new LinkedHashMap<>();
        table.scan(prefix, (name, value) -> {
            refs.put(name, value);
            return true;
        });
        return refs;
    }
}
