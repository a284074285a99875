package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Effect;
import dev.trine.server.replication.RefLogReplica;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.StoredReplica;
import dev.trine.server.replication.Timeouts;
import dev.trine.server.store.InMemoryReplicaStore;
import dev.trine.server.store.ReplicaStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop that meets a defect takes no more part, and lets nobody wait. */
@Timeout(20)
class ReplicaLoopTest {
    private static final RepoId REPO = new RepoId("a".repeat(32));
    private static final List<Member> MEMBERS = Stream.of("n1", "n2", "n3")
        .map(name -> new Member(new NodeId(name), new Incarnation("1".repeat(32)))).toList();

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
        assertThat(failing.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(loop.awaitEnd(Duration.ofSeconds(10))).isTrue();
        assertThat(loop.isFrozen()).isTrue();
        assertThat(loop.between(() -> { }).get(10, TimeUnit.SECONDS)).isFalse();
    }

    private static ReplicaLoop loop() {
        ReplicaState state = ReplicaState.created(MEMBERS);
        ReplicaStore store = new InMemoryReplicaStore(Clock.systemUTC());
        store.create(REPO, state, Map.of());
        StagedIndex staged = new StagedIndex(REPO, store, List.of(), 0);
        RefLogReplica core = new RefLogReplica(REPO, MEMBERS.getFirst(),
            new StoredReplica(state, List.of(), List.of()), () -> store.refs(REPO), staged, Timeouts.DEFAULT, 1);
        return new ReplicaLoop(REPO, core, staged, new Idle(), System::nanoTime);
    }

    /** Does nothing: no step that the tests cause has an effect. */
    private static final class Idle implements ReplicaLoop.Surroundings {
        @Override
        public void apply(RepoId repo, Batch batch) {
            throw new AssertionError("nothing is written");
        }

        @Override
        public void carryOut(ReplicaLoop loop, Effect effect) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public void applied(ReplicaLoop loop, Batch batch) {
            throw new AssertionError("nothing is written");
        }
    }
}
