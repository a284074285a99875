package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Role;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.hosting.PushSession.Received;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.replication.Answer;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.store.ReplicaStore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pushes and reads at one node, as the Git front makes them. */
@Timeout(300)
class HostedPushTest {
    private static final Duration LEVEL_MAX = Duration.ofSeconds(60);
    private static final RefName MAIN = new RefName("refs/heads/main");

    @TempDir
    private Path dir;
    private ReplicaCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new ReplicaCluster(dir);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static RefUpdate create(String ref, ObjectName id) {
        return new RefUpdate(new RefName(ref), Optional.empty(), Optional.of(new RefValue.Direct(id)));
    }

    private static Received receive(PushSession push, byte[] pack, ObjectName... tips) throws Exception {
        return push.receive(new ByteArrayInputStream(pack), Set.of(tips), NullProgressMonitor.INSTANCE);
    }

    @Test
    void aPushWhosePackLacksObjectsIsIncompleteAndLeavesNothing() throws Exception {
        cluster.commit();
        ObjectName second = cluster.commit();
        byte[] half = cluster.work().packOf(List.of(second.hex()));
        try (PushSession push = cluster.open("n1")) {
            assertThat(receive(push, half, second)).isEqualTo(new Received.Incomplete(Set.of(second)));
        }
        assertThat(cluster.node("n1").files().list(ReplicaCluster.REPO)).isEmpty();
    }

    @Test
    void garbageIsNoPack() throws Exception {
        try (PushSession push = cluster.open("n1")) {
            assertThat(receive(push, "PACK, or not a pack at all, who knows".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(Received.Unusable.class);
        }
    }

    @Test
    void theViewShowsWhatWasReceivedToThePushAlone() throws Exception {
        ObjectName commit = cluster.commit();
        try (PushSession push = cluster.open("n1"); RepositoryView other = view("n1")) {
            RepositoryView seen = push.view();
            receive(push, cluster.work().pack(List.of("HEAD"), List.of()), commit);
            assertThat(seen.git().getObjectDatabase().has(ObjectId.fromString(commit.hex()))).isTrue();
            assertThat(other.git().getObjectDatabase().has(ObjectId.fromString(commit.hex()))).isFalse();
        }
    }

    @Test
    void aRejectedPushMayTryAgainWithOtherUpdates() throws Exception {
        ObjectName first = cluster.push("n1", "main");
        ObjectName second = cluster.commit();
        try (PushSession push = cluster.open("n1")) {
            receive(push, cluster.work().pack(List.of("HEAD"), List.of(first.hex())), second);
            assertThat(ReplicaCluster.commit(push,
                List.of(create("refs/heads/main", second), create("refs/heads/new", second))))
                .isInstanceOfSatisfying(PushOutcome.Rejected.class, rejected -> assertThat(rejected.rejections())
                    .contains(new RefRejection(MAIN, RefRejection.Reason.STALE_OLD_VALUE)));
            assertThat(ReplicaCluster.commit(push, List.of(create("refs/heads/new", second))))
                .isInstanceOf(PushOutcome.Committed.class);
        }
        cluster.awaitLevel("new", second, LEVEL_MAX);
        cluster.awaitLevel("main", first, LEVEL_MAX);
    }

    @Test
    void aPushThroughAnotherNodeThanTheHolderIsRejectedAlikeAndMayTryAgain() throws Exception {
        ObjectName first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, LEVEL_MAX);
        ObjectName second = cluster.commit();
        try (PushSession push = cluster.open("n2")) {
            receive(push, cluster.work().pack(List.of("HEAD"), List.of(first.hex())), second);
            assertThat(ReplicaCluster.commit(push, List.of(create("refs/heads/main", second))))
                .isInstanceOf(PushOutcome.Rejected.class);
            assertThat(ReplicaCluster.commit(push, List.of(create("refs/heads/new", second))))
                .isInstanceOf(PushOutcome.Committed.class);
        }
        cluster.awaitLevel("new", second, LEVEL_MAX);
    }

    @Test
    void anAnnotatedTagIsStoredWithWhatItFinallyNames() throws Exception {
        ObjectName commit = cluster.push("n1", "main");
        cluster.work().run("tag", "-a", "-m", "one", "v1");
        ObjectName tag = cluster.work().name("v1");
        try (PushSession push = cluster.open("n1")) {
            receive(push, cluster.work().pack(List.of("v1"), List.of(commit.hex())), tag);
            ReplicaCluster.commit(push, List.of(create("refs/tags/v1", tag)));
        }
        try (RepositoryView view = view("n1")) {
            assertThat(view.refs().get(new RefName("refs/tags/v1")))
                .contains(new RefValue.Direct(tag, Optional.of(commit)));
        }
    }

    @Test
    void aBranchIsCreatedAndDeletedWithoutAPack() throws Exception {
        ObjectName commit = cluster.push("n1", "main");
        cluster.awaitLevel("main", commit, LEVEL_MAX);
        try (PushSession push = cluster.open("n2")) {
            assertThat(push.check(Set.of(commit), NullProgressMonitor.INSTANCE)).isEqualTo(new Received.Complete());
            assertThat(ReplicaCluster.commit(push, List.of(create("refs/heads/copy", commit))))
                .isInstanceOf(PushOutcome.Committed.class);
        }
        cluster.awaitLevel("copy", commit, LEVEL_MAX);
        try (PushSession push = cluster.open("n3")) {
            assertThat(ReplicaCluster.commit(push, List.of(new RefUpdate(new RefName("refs/heads/copy"),
                Optional.of(new RefValue.Direct(commit)), Optional.empty()))))
                .isInstanceOf(PushOutcome.Committed.class);
        }
        await().atMost(LEVEL_MAX).until(() ->
            !cluster.node("n1").refs(ReplicaCluster.REPO).containsKey("refs/heads/copy"));
    }

    @Test
    void aNodeThatWasAwayTakesOverThousandsOfRefsAndDeletionsAndStartsAgainFromThem() throws Exception {
        ObjectName commit = cluster.push("n1", "main");
        cluster.awaitLevel("main", commit, LEVEL_MAX);
        updateMany("n1", commit, true, 0, 2_500);
        cluster.awaitLevel("many/2499", commit, LEVEL_MAX);
        cluster.kill("n3");
        updateMany("n1", commit, false, 0, 1_200);
        updateMany("n2", commit, true, 2_500, 4_000);
        ObjectName last = cluster.push("n2", "main");
        cluster.start("n3");
        cluster.awaitLevel("main", last, LEVEL_MAX);
        assertThat(cluster.node("n3").refs(ReplicaCluster.REPO)).hasSize(2 + 4_000 - 1_200);
        cluster.kill("n3");
        cluster.start("n3");
        ObjectName next = cluster.push("n3", "main");
        cluster.awaitLevel("main", next, LEVEL_MAX);
    }

    private void updateMany(String node, ObjectName commit, boolean create, int from, int to) throws Exception {
        Optional<RefValue> value = Optional.of(new RefValue.Direct(commit));
        List<RefUpdate> updates = IntStream.range(from, to).mapToObj(i -> new RefName("refs/heads/many/" + i))
            .map(name -> new RefUpdate(name, create ? Optional.empty() : value, create ? value : Optional.empty()))
            .toList();
        try (PushSession push = cluster.open(node)) {
            assertThat(ReplicaCluster.commit(push, updates)).isInstanceOf(PushOutcome.Committed.class);
        }
    }

    @Test
    void aReadOfAStateThatTheNodeHasNotReachedIsRefused() throws Exception {
        cluster.push("n1", "main");
        Position future = new Position(99, new Epoch(1, 9, 0));
        assertThat(open("n1", new ReadPoint.Committed(1, future))).isInstanceOfSatisfying(Opened.Refused.class,
            refused -> assertThat(refused.why()).isInstanceOf(Refusal.Behind.class));
    }

    @Test
    void aReadOfAnotherGenerationOrRepositoryIsNotHere() throws Exception {
        assertThat(open("n1", new ReadPoint.Committed(2, Position.START)))
            .isEqualTo(new Opened.Refused<>(new Refusal.NotHere(ReplicaCluster.REPO)));
    }

    @Test
    void theHolderServesWhatItHasCommitted() throws Exception {
        ObjectName commit = cluster.push("n1", "main");
        ProbeAnswer holder = cluster.node(cluster.holder()).replicas().probe(ReplicaCluster.REPO).orElseThrow();
        assertThat(open(cluster.holder(), new ReadPoint.AsHolder(1, holder.last(), holder.promised())))
            .isInstanceOfSatisfying(Opened.Ready.class, ready -> {
                try (RepositoryView view = (RepositoryView) ready.value()) {
                    assertThat(view.refs().get(MAIN)).contains(new RefValue.Direct(commit));
                }
            });
    }

    @Test
    void aDeletedRepositoryLeavesATombstoneAndNoFiles() throws Exception {
        ObjectName commit = cluster.push("n1", "main");
        cluster.awaitLevel("main", commit, LEVEL_MAX);
        Answer answer = cluster.node(cluster.holder()).replicas().seal(ReplicaCluster.REPO, 1, List.of());
        assertThat(answer).isInstanceOf(Answer.Repaired.class);
        for (String node : List.of("n1", "n2", "n3")) {
            await().atMost(LEVEL_MAX).untilAsserted(() -> {
                assertThat(cluster.node(node).replicas().probe(ReplicaCluster.REPO).orElseThrow().role())
                    .isEqualTo(Role.DELETED);
                assertThat(cluster.node(node).files().list(ReplicaCluster.REPO)).isEmpty();
            });
        }
        assertThat(open("n1", new ReadPoint.Committed(1, Position.START))).isInstanceOf(Opened.Refused.class);
    }

    @Test
    void aDeletionThatAStopInterruptedGoesOnAtTheNextStart() throws Exception {
        ObjectName commit = cluster.push("n1", "main");
        cluster.awaitLevel("main", commit, LEVEL_MAX);
        ReplicaStore store = cluster.node("n3").store();
        ReplicaState before = store.load(ReplicaCluster.REPO).orElseThrow().replica().state();
        ReplicaState deleted = new ReplicaState(Role.DELETED, 2, List.of(), new Epoch(2, 0, 0), before.base(),
            before.baseChain(), before.committed());
        store.apply(ReplicaCluster.REPO, new Batch(Optional.of(deleted), Optional.empty(), OptionalLong.empty(),
            OptionalLong.empty(), List.of(), Map.of(), List.of(), List.of(), List.of(), Map.of()));
        cluster.kill("n3");
        cluster.start("n3");
        await().atMost(LEVEL_MAX).untilAsserted(() -> {
            assertThat(cluster.node("n3").refs(ReplicaCluster.REPO)).isEmpty();
            assertThat(cluster.node("n3").files().list(ReplicaCluster.REPO)).isEmpty();
        });
    }

    private Opened<RepositoryView> open(String node, ReadPoint at) {
        return cluster.node(node).replicas().hosting().open(ReplicaCluster.REPO, at);
    }

    private RepositoryView view(String node) {
        return ((Opened.Ready<RepositoryView>) open(node, new ReadPoint.StaleAllowed(1, Position.START))).value();
    }
}
