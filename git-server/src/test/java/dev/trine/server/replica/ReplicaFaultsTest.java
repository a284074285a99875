package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.wire.Wire;
import dev.trine.proto.PackFile;
import dev.trine.proto.PackHeader;
import dev.trine.proto.PullChunk;
import dev.trine.proto.PullRequest;
import dev.trine.proto.ReplicationGrpc;
import dev.trine.proto.StageOpen;
import dev.trine.proto.StageReply;
import dev.trine.proto.StageRequest;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.repo.StoredPack;
import dev.trine.server.store.ReplicaSnapshot;
import dev.trine.server.store.StagedPush;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What three nodes do when one hangs, lies, is cut off, or all are asked at once. */
@Timeout(300)
class ReplicaFaultsTest {
    private static final Duration LEVEL_MAX = Duration.ofSeconds(60);

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

    @Test
    void aHolderThatHangsKeepsNobodyWaitingForMoreThanThreeSeconds() throws Exception {
        Duration wait = Duration.ofSeconds(3);
        assertThat(Shortest.of(wait, this::pushWhileTheHolderHangs)).isLessThan(wait);
    }

    private Duration pushWhileTheHolderHangs() throws Exception {
        cluster.join();
        ObjectName first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, LEVEL_MAX);
        String holder = cluster.holder();
        cluster.hang(holder);
        String other = holder.equals("n1") ? "n2" : "n1";
        ObjectName commit = cluster.commit();
        long begun = System.nanoTime();
        cluster.push(other, "main", commit);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    void aNodeThatWasCutOffCatchesUpWithoutARestart() throws Exception {
        ObjectName last = cluster.push("n1", "main");
        cluster.awaitLevel("main", last, LEVEL_MAX);
        cluster.isolate("n2");
        for (int i = 0; i < 3; i++) {
            last = cluster.push("n1", "main");
        }
        cluster.join();
        cluster.awaitLevel("main", last, LEVEL_MAX);
    }

    @Test
    void aNodeThatPullsFromOneThatHangsPullsFromAnotherForAPushThatNeedsIt() throws Exception {
        ObjectName first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, LEVEL_MAX);
        cluster.isolate("n3");
        cluster.push("n1", "main");
        cluster.hang("n3", "n2");
        ReplicaNode pulling = cluster.node("n3");
        Envelope hint = new Envelope(ReplicaCluster.REPO, 1, cluster.node("n2").member(), pulling.member(),
            new PeerMessage.PullHint(new Position(pulling.version(ReplicaCluster.REPO) + 1, new Epoch(1, 1, 0))));
        ReplicationGrpc.newBlockingStub(cluster.channelTo("n3")).deliver(PeerMessages.toProto(hint));
        cluster.hang("n1", "n2");
        cluster.connect("n1", "n3");
        cluster.connect("n3", "n1");
        assertThat(cluster.tryPush("n1", "main", cluster.commit())).isInstanceOf(PushOutcome.Committed.class);
    }

    @Test
    void aNodeWithAnotherHistoryIsNeitherOverwrittenNorGivenAnything() throws Exception {
        ObjectName last = cluster.push("n1", "main");
        cluster.awaitLevel("main", last, LEVEL_MAX);
        ReplicaNode corrupt = cluster.node("n3");
        long version = corrupt.version(ReplicaCluster.REPO);
        cluster.isolate("n3");
        ReplicaState other = state(corrupt).withoutLog(new Chain("ab".repeat(32)));
        corrupt.store().apply(ReplicaCluster.REPO, new Batch(Optional.of(other), Optional.empty(),
            OptionalLong.of(version), OptionalLong.empty(), List.of(), Map.of(), List.of(), List.of(), List.of(),
            Map.of()));
        cluster.push("n1", "main");
        cluster.kill("n3");
        cluster.start("n3");
        await().atMost(LEVEL_MAX).until(() ->
            cluster.node("n3").replicas().probe(ReplicaCluster.REPO).isEmpty());
        assertThat(state(cluster.node("n3"))).isEqualTo(other);
        cluster.push("n1", "main");
        assertThat(pull(other)).singleElement().satisfies(chunk -> {
            assertThat(Wire.fromProto(chunk.getHeader().getSameVersion())).isEqualTo(other.committed());
            assertThat(chunk.getHeader().getSameVersionChain()).isNotEqualTo(LogEntries.chain(other.baseChain()));
        });
    }

    private static ReplicaState state(ReplicaNode node) {
        try (ReplicaSnapshot snapshot = node.store().snapshot(ReplicaCluster.REPO).orElseThrow()) {
            return snapshot.state();
        }
    }

    /** What n1 sends a node that says that it is at that state. */
    private List<PullChunk> pull(ReplicaState have) {
        List<PullChunk> chunks = new ArrayList<>();
        ReplicationGrpc.newBlockingStub(cluster.channelTo("n1")).pull(PullRequest.newBuilder()
            .setRepoId(ReplicaCluster.REPO.value()).setSender(Wire.toProto(cluster.node("n3").member()))
            .setHave(Wire.toProto(have.committed())).setHaveChain(LogEntries.chain(have.baseChain())).build())
            .forEachRemaining(chunks::add);
        return chunks;
    }

    @Test
    void aPushThatAPulledStatePassesOverStaysStagedNoLonger() throws Exception {
        ObjectName last = cluster.push("n1", "main");
        cluster.awaitLevel("main", last, LEVEL_MAX);
        cluster.isolate("n3");
        last = cluster.push("n1", "main");
        // checked before packs were swapped: it does not count, so that its entry cannot be appended
        cluster.node("n3").store().stage(ReplicaCluster.REPO, new StagedPush(cluster.lastPushId(),
            List.of(new PackName("1".repeat(40))), Set.of(last), 7, Instant.now()));
        cluster.kill("n3");
        cluster.start("n3");
        cluster.awaitLevel("main", last, LEVEL_MAX);
        await().atMost(LEVEL_MAX).until(() -> cluster.node("n3").store().staged(ReplicaCluster.REPO).isEmpty());
    }

    @Test
    void pushesThroughAllNodesAtOnceAllSucceedAndNoneIsLost() throws Exception {
        ObjectName last = cluster.push("n1", "main");
        cluster.awaitLevel("main", last, LEVEL_MAX);
        List<ObjectName> commits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            commits.add(cluster.commit());
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> pushes = new ArrayList<>();
            for (int i = 0; i < commits.size(); i++) {
                String node = "n" + (1 + i % 3);
                String branch = "b" + i;
                ObjectName commit = commits.get(i);
                pushes.add(threads.submit(() -> cluster.push(node, branch, commit)));
            }
            for (Future<?> push : pushes) {
                push.get();
            }
        }
        for (int i = 0; i < commits.size(); i++) {
            cluster.awaitLevel("b" + i, commits.get(i), LEVEL_MAX);
        }
    }

    @Test
    void aDamagedPackIsRefusedAndNothingOfItIsKept() throws Exception {
        ObjectName first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, LEVEL_MAX);
        ReplicaNode source = cluster.node("n1");
        PackName name = source.files().list(ReplicaCluster.REPO).getFirst();
        StoredPack stored = source.files().describe(ReplicaCluster.REPO, name);
        byte[] pack = Files.readAllBytes(source.files().pack(ReplicaCluster.REPO, name));
        byte[] index = Files.readAllBytes(source.files().index(ReplicaCluster.REPO, name));
        // as if it were another pack, which the receiver does not have
        pack[pack.length / 2] ^= 1;
        StageReply reply = stage("n2", source.member(), stored, new PackName("1".repeat(40)), pack, index);
        assertThat(reply.getResult()).isEqualTo(StageReply.Result.CORRUPT);
        assertThat(reply.getMessage()).isNotEmpty();
        assertThat(cluster.node("n2").files().list(ReplicaCluster.REPO)).containsExactly(name);
        assertThat(filesOf("n2")).noneMatch(file -> file.startsWith("tmp_"));
    }

    @Test
    void whoeverIsNoMemberMayNotStage() throws Exception {
        ObjectName first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, LEVEL_MAX);
        Member stranger = new Member(cluster.node("n1").member().node(),
            new Incarnation("9".repeat(32)));
        StageOpen open = StageOpen.newBuilder().setRepoId(ReplicaCluster.REPO.value()).setGeneration(1)
            .setSender(Wire.toProto(stranger)).setTarget(Wire.toProto(cluster.node("n2").member()))
            .setPushId(cluster.pushId().value()).setBase(Wire.toProto(Position.START)).build();
        assertThat(stage("n2", open, new byte[0]).getResult()).isEqualTo(StageReply.Result.NOT_A_MEMBER);
    }

    @Test
    void aPushThatIsStagedOnlyAfterItWasCommittedStaysStagedNoLonger() throws Exception {
        ObjectName first = cluster.push("n1", "main");
        cluster.awaitLevel("main", first, LEVEL_MAX);
        StageOpen open = StageOpen.newBuilder().setRepoId(ReplicaCluster.REPO.value()).setGeneration(1)
            .setSender(Wire.toProto(cluster.node("n1").member())).setTarget(Wire.toProto(cluster.node("n2").member()))
            .setPushId(cluster.lastPushId().value()).setBase(Wire.toProto(Position.START)).build();
        assertThat(stage("n2", open, new byte[0]).getResult()).isEqualTo(StageReply.Result.STAGED);
        await().atMost(LEVEL_MAX).until(() -> cluster.node("n2").store().staged(ReplicaCluster.REPO).isEmpty());
    }

    @Test
    void aStreamThatDoesNotBeginWithItsOpeningIsMalformed() throws Exception {
        BlockingClientCall<StageRequest, StageReply> call =
            ReplicationGrpc.newBlockingV2Stub(cluster.channelTo("n1")).stage();
        call.write(StageRequest.newBuilder().setData(ByteString.copyFrom(new byte[1])).build());
        assertThatThrownBy(call::read).isInstanceOfSatisfying(StatusException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void manySmallPushesAreFoldedIntoFewPacks() throws Exception {
        ObjectName last = cluster.push("n1", "main");
        for (int i = 0; i < 45; i++) {
            last = cluster.push("n1", "main");
        }
        cluster.awaitLevel("main", last, LEVEL_MAX);
        for (String node : List.of("n1", "n2", "n3")) {
            await().atMost(LEVEL_MAX).untilAsserted(() ->
                assertThat(cluster.node(node).packs(ReplicaCluster.REPO)).isLessThan(25));
        }
        ObjectName next = cluster.push("n2", "main");
        cluster.awaitLevel("main", next, LEVEL_MAX);
    }

    private StageReply stage(String node, Member sender, StoredPack stored, PackName as, byte[]... files)
        throws Exception {
        StageOpen open = StageOpen.newBuilder().setRepoId(ReplicaCluster.REPO.value()).setGeneration(1)
            .setSender(Wire.toProto(sender)).setTarget(Wire.toProto(cluster.node(node).member()))
            .setPushId(cluster.pushId().value()).setBase(Wire.toProto(Position.START))
            .setPack(PackHeader.newBuilder().setName(as.hex()).setObjects((int) stored.objects())
                .addFiles(PackFile.newBuilder().setExtension("pack").setLength(files[0].length))
                .addFiles(PackFile.newBuilder().setExtension("idx").setLength(files[1].length))).build();
        return stage(node, open, files);
    }

    private StageReply stage(String node, StageOpen open, byte[]... files) throws Exception {
        BlockingClientCall<StageRequest, StageReply> call =
            ReplicationGrpc.newBlockingV2Stub(cluster.channelTo(node)).stage();
        call.write(StageRequest.newBuilder().setOpen(open).build());
        for (byte[] file : files) {
            for (int at = 0; at < file.length; at += PackBytes.CHUNK_BYTES) {
                byte[] chunk = Arrays.copyOfRange(file, at, Math.min(file.length, at + PackBytes.CHUNK_BYTES));
                call.write(StageRequest.newBuilder().setData(ByteString.copyFrom(chunk)).build());
            }
        }
        call.halfClose();
        return call.read();
    }

    private List<String> filesOf(String node) throws Exception {
        Path directory = cluster.node(node).files().pack(ReplicaCluster.REPO, new PackName("0".repeat(40)))
            .getParent();
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
