package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.RefLogReplica;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.StoredReplica;
import dev.trine.server.replication.Timeouts;
import dev.trine.server.store.InMemoryReplicaStore;
import dev.trine.server.store.ReplicaStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop that meets a defect takes no more part, and lets nobody wait; what one message says is not done twice. */
@Timeout(120)
class ReplicaLoopTest {
    private static final RepoId REPO = new RepoId("a".repeat(32));
    private static final List<Member> MEMBERS = Stream.of("n1", "n2", "n3")
        .map(name -> new Member(new NodeId(name), new Incarnation("1".repeat(32)))).toList();

    private static final Epoch EPOCH = new Epoch(1, 1, 1);

    private final List<Batch> written = new CopyOnWriteArrayList<>();
    private final ReplicaLoop loop = loop();

    @AfterEach
    void stop() {
        loop.stop();
    }

    @Test
    void whoeverWaitsForWhatFailsBetweenTwoStepsLearnsThatItFailed() throws Exception {
        CompletableFuture<Boolean> failing = loop.between(() -> {
            throw new IllegalStateException("thrown by the test");
        });
        new Thread(loop::run).start();
        assertThat(failing.get(60, TimeUnit.SECONDS)).isFalse();
        assertThat(loop.awaitEnd(Duration.ofSeconds(60))).isTrue();
        assertThat(loop.isFrozen()).isTrue();
        assertThat(loop.between(() -> { }).get(60, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void aCommitNoticeIsDroppedWhenOneThatSaysAsMuchWaits() throws Exception {
        receive(appended(1, 4), notice(1), notice(3), notice(3), notice(2));
        assertThat(committedByBatch()).containsExactly(0L, 3L);
    }

    @Test
    void aCommitNoticeIsDroppedWhenAnAppendThatSaysAsMuchWaits() throws Exception {
        receive(appended(1, 4), notice(2), new PeerMessage.Append(EPOCH, at(4), entries(5, 5), at(2), 2));
        assertThat(written).hasSize(2);
        assertThat(committedByBatch()).containsExactly(0L, 2L);
        assertThat(loop.shown().probe().last()).isEqualTo(at(5));
    }

    @Test
    void aCommitNoticeIsHeardWhenOnlyWhatSaysLessWaits() throws Exception {
        receive(appended(1, 4), notice(4), notice(2), new PeerMessage.Append(EPOCH, at(4), List.of(), at(3), 2));
        assertThat(committedByBatch()).containsExactly(0L, 4L);
    }

    @Test
    void aCommitNoticeIsHeardWhateverAnotherPeerSays() throws Exception {
        loop.receive(exchange(1, appended(1, 4)));
        loop.receive(exchange(1, notice(2)));
        loop.receive(exchange(2, notice(4)));
        run();
        assertThat(committedByBatch()).containsExactly(0L, 2L, 4L);
    }

    @Test
    void aCommitNoticeIsHeardWhateverIsSaidOfAnotherGeneration() throws Exception {
        loop.receive(exchange(1, appended(1, 4)));
        loop.receive(exchange(1, notice(2)));
        loop.receive(new Exchange(new Envelope(REPO, 2, MEMBERS.get(1), MEMBERS.getFirst(),
            new PeerMessage.Commit(new Position(4, new Epoch(2, 1, 1))))));
        run();
        assertThat(committedByBatch()).startsWith(0L, 2L);
    }

    /** All are there before the first one is looked at. */
    private void receive(PeerMessage... messages) throws Exception {
        for (PeerMessage message : messages) {
            loop.receive(exchange(1, message));
        }
        run();
    }

    private void run() throws Exception {
        CompletableFuture<Boolean> all = loop.between(() -> { });
        new Thread(loop::run).start();
        assertThat(all.get(60, TimeUnit.SECONDS)).isTrue();
    }

    private static Exchange exchange(int sender, PeerMessage message) {
        return new Exchange(new Envelope(REPO, 1, MEMBERS.get(sender), MEMBERS.getFirst(), message));
    }

    private static PeerMessage appended(long from, long to) {
        return new PeerMessage.Append(EPOCH, Position.START, entries(from, to), Position.START, 1);
    }

    private static PeerMessage notice(long version) {
        return new PeerMessage.Commit(at(version));
    }

    private static List<Logged> entries(long from, long to) {
        Chain chain = Chain.START;
        List<Logged> entries = new ArrayList<>();
        for (long version = 1; version <= to; version++) {
            LogEntry entry = new LogEntry.Noop(at(version));
            chain = chain.then(entry);
            if (version >= from) {
                entries.add(new Logged(entry, chain));
            }
        }
        return entries;
    }

    private static Position at(long version) {
        return new Position(version, EPOCH);
    }

    /** Of each batch that was written, the version that it left committed. */
    private List<Long> committedByBatch() {
        return written.stream().flatMap(batch -> batch.state().stream()).map(state -> state.committed().version())
            .toList();
    }

    private ReplicaLoop loop() {
        ReplicaState state = ReplicaState.created(MEMBERS);
        ReplicaStore store = new InMemoryReplicaStore(Clock.systemUTC());
        store.create(REPO, state, Map.of());
        StagedIndex staged = new StagedIndex(REPO, store, List.of(), 0);
        RefLogReplica core = new RefLogReplica(REPO, MEMBERS.getFirst(),
            new StoredReplica(state, List.of(), List.of()), () -> store.refs(REPO), staged, Timeouts.DEFAULT, 1);
        return new ReplicaLoop(REPO, core, staged, new Noting(), System::nanoTime);
    }

    /** Notes what is written; no step that the tests cause sends anything but answers. */
    private final class Noting implements ReplicaLoop.Surroundings {
        @Override
        public void apply(RepoId repo, Batch batch) {
            written.add(batch);
        }

        @Override
        public void carryOut(ReplicaLoop loop, Effect effect) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public void applied(ReplicaLoop loop, Batch batch) {
            assertThat(written).contains(batch);
        }
    }
}
