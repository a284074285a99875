package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.receive.PushToken;
import dev.trine.server.receive.ReceiveSettings;
import dev.trine.server.receive.RefUpdates;
import dev.trine.server.receive.RefUpdatesCall;
import dev.trine.server.receive.RefUpdatesOutcome;
import dev.trine.server.store.WriteCounts;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes of refs without a pack, on three nodes. */
@Timeout(300)
class RefUpdatesTest {
    private static final Duration MAX = Duration.ofSeconds(60);
    private static final int WRITERS = 12;
    private static final int REFUSALS_MAX = 20;

    @TempDir
    private Path dir;
    private ReplicaCluster cluster;
    private ObjectName first;

    @BeforeEach
    void start() throws Exception {
        cluster = new ReplicaCluster(dir);
        first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, MAX);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static RefUpdate change(String branch, Optional<ObjectName> from, Optional<ObjectName> to) {
        return new RefUpdate(new RefName("refs/heads/" + branch), from.map(RefValue.Direct::new),
            to.map(RefValue.Direct::new));
    }

    private static RefUpdate create(String branch, ObjectName id) {
        return change(branch, Optional.empty(), Optional.of(id));
    }

    private RefUpdatesOutcome update(String node, String token, boolean first, RefUpdate... updates) throws Exception {
        return new RefUpdates(cluster.node(node).replicas().hosting(), ReceiveSettings.defaults()).update(
            new RefUpdatesCall(ReplicaCluster.REPO, new ReadPoint.StaleAllowed(1, Position.START), List.of(updates),
                new PushToken(token), "alice", first, RefLimits.NONE));
    }

    private RefUpdatesOutcome.Committed committed(String node, String token, boolean first, RefUpdate... updates)
        throws Exception {
        RefUpdatesOutcome outcome = update(node, token, first, updates);
        for (int refusals = 1; outcome instanceof RefUpdatesOutcome.Refused && refusals < REFUSALS_MAX; refusals++) {
            outcome = update(node, token, first, updates); // a node that stood still for seconds refuses
        }
        assertThat(outcome).isInstanceOf(RefUpdatesOutcome.Committed.class);
        return (RefUpdatesOutcome.Committed) outcome;
    }

    @Test
    void anyNodeChangesRefsAndTwoNodesHoldThem() throws Exception {
        for (String node : List.of("n1", "n2", "n3")) {
            RefUpdatesOutcome.Committed made = committed(node, "create-on-" + node, true, create("by-" + node, first),
                create("also-by-" + node, first));
            assertThat(made.nodes()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(made.before()).isFalse();
            assertThat(made.receipt().orElseThrow().user()).isEqualTo("alice");
            assertThat(made.receipt().orElseThrow().nodes()).hasSizeGreaterThanOrEqualTo(2);
            cluster.awaitLevel("also-by-" + node, first, MAX);
        }
        committed("n2", "delete-one", true, change("by-n1", Optional.of(first), Optional.empty()));
        cluster.awaitLevel("main", first, MAX);
        assertThat(cluster.node("n1").refs(ReplicaCluster.REPO)).doesNotContainKey("refs/heads/by-n1")
            .containsKey("refs/heads/by-n2");
    }

    @Test
    void oneRefThatDoesNotMatchRejectsAllWithAReasonForEach() throws Exception {
        assertThat(update("n2", "stale-values", true, create("main", first), create("new", first)))
            .isInstanceOfSatisfying(RefUpdatesOutcome.Rejected.class, rejected -> assertThat(rejected.reasons())
                .isEqualTo(Map.of(new RefName("refs/heads/main"), "fetch first", new RefName("refs/heads/new"),
                    "atomic transaction failed")));
        assertThat(cluster.node("n1").refs(ReplicaCluster.REPO)).doesNotContainKey("refs/heads/new");
    }

    @Test
    void objectsThatNoRefReachesAreMissing() throws Exception {
        ObjectName elsewhere = cluster.commit();
        assertThat(update("n1", "unknown-commit", true, create("new", elsewhere), create("other", first)))
            .isInstanceOfSatisfying(RefUpdatesOutcome.Rejected.class, rejected -> assertThat(rejected.reasons())
                .containsEntry(new RefName("refs/heads/new"), "missing necessary objects")
                .containsEntry(new RefName("refs/heads/other"), "atomic transaction failed"));
        assertThat(update("n1", "unknown-commit", false, create("new", elsewhere)))
            .as("who may have sent it before cannot be told that it never took effect")
            .isInstanceOf(RefUpdatesOutcome.Unknown.class);
    }

    @Test
    void theRulesOfAPushHold() throws Exception {
        assertThat(update("n1", "delete-current", true, change("main", Optional.of(first), Optional.empty())))
            .isInstanceOfSatisfying(RefUpdatesOutcome.Rejected.class, rejected -> assertThat(rejected.reasons())
                .containsValue("deletion of the current branch prohibited"));
    }

    @Test
    void aRepetitionIsToldWhatBecameOfTheFirstThoughItsNodeIsDead() throws Exception {
        RefUpdatesOutcome.Committed made = committed("n1", "merge-4711", true, create("release", first));
        committed("n1", "and-back", true, change("release", Optional.of(first), Optional.empty()));
        cluster.kill("n1");
        RefUpdatesOutcome.Committed again = committed("n2", "merge-4711", false, create("release", first));
        assertThat(again.at()).isEqualTo(made.at());
        assertThat(again.before()).isTrue();
        assertThat(again.nodes()).as("from the receipt").hasSizeGreaterThanOrEqualTo(2).contains(new NodeId("n2"));
        assertThat(again.receipt().orElseThrow().agreesWith(made.receipt().orElseThrow())).isTrue();
        assertThat(update("n3", "merge-4711", false, create("other", first)))
            .as("the token belongs to other changes").isInstanceOf(RefUpdatesOutcome.NotApplied.class);
        ObjectName later = cluster.push("n2", "later"); // so that n2 no longer lags behind what n1 and n3 committed
        cluster.awaitLevel("later", later, MAX);
        assertThat(cluster.node("n2").refs(ReplicaCluster.REPO)).doesNotContainKey("refs/heads/release")
            .doesNotContainKey("refs/heads/other");
    }

    @Test
    void aFirstCallWithoutAQuorumIsRefusedAndALaterOneIsUnknown() throws Exception {
        cluster.kill("n2");
        cluster.kill("n3");
        assertThat(update("n1", "alone-on-n1", true, create("new", first)))
            .isInstanceOf(RefUpdatesOutcome.Refused.class);
        assertThat(update("n1", "alone-on-n1", false, create("new", first)))
            .isInstanceOf(RefUpdatesOutcome.Unknown.class);
    }

    @Test
    void concurrentPushesAndChangesOfRefsShareAppends() throws Exception {
        List<PushSession> pushes = new ArrayList<>();
        List<RefUpdate> pushed = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            ObjectName commit = cluster.commit();
            PushSession push = cluster.open("n1");
            pushes.add(push);
            pushed.add(create("pushed-" + i, commit));
            push.receive(new ByteArrayInputStream(cluster.work().pack(List.of(commit.hex()), List.of(first.hex()))),
                Set.of(commit), NullProgressMonitor.INSTANCE);
        }
        WriteCounts before = cluster.node("n1").store().writeCounts();
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Position>> done = new ArrayList<>();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WRITERS; i++) {
                int number = i;
                done.add(writers.submit(() -> {
                    go.await();
                    return ((PushOutcome.Committed) ReplicaCluster.commit(pushes.get(number),
                        List.of(pushed.get(number)))).at();
                }));
                done.add(writers.submit(() -> {
                    go.await();
                    return committed("n" + (1 + number % 3), "writer-" + number + "-x", true,
                        create("written-" + number, first)).at();
                }));
            }
            go.countDown();
        }
        assertThat(done.stream().map(Future::resultNow).distinct()).hasSize(2 * WRITERS);
        cluster.awaitLevel("written-0", first, MAX);
        WriteCounts after = cluster.node("n1").store().writeCounts();
        long entries = after.entries() - before.entries();
        // more: each time that somebody takes the lock again there is an entry of his own
        assertThat(entries).isGreaterThanOrEqualTo(2 * WRITERS);
        assertThat(after.appends() - before.appends()).as("appends for %d entries", entries).isLessThan(entries);
        pushes.forEach(PushSession::close);
    }
}
