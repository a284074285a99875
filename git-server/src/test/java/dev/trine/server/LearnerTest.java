package dev.trine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trine.common.model.Member;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.LearnRequest;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.Role;
import dev.trine.proto.SealRequest;
import dev.trine.proto.UnlearnRequest;
import dev.trine.server.hosting.Git;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fourth node takes the place of one of three. */
class LearnerTest {
    private static final Duration MAX = Duration.ofMinutes(2);

    @TempDir
    private Path dir;

    @Test
    void aLearnerCopiesFollowsAndVotesOnceASealNamesIt() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = cluster.createRepository();
            Git alice = pushed(cluster, repo);
            cluster.start(NodeCluster.SPARE);
            Member spare = cluster.member(NodeCluster.SPARE);
            assertThat(learn(cluster, repo)).isEqualTo(Role.LEARNER);
            awaitLearnt(cluster, repo, 1);

            alice.commit("two");
            alice.push(cluster.url(repo), "HEAD:refs/heads/main");
            awaitLearnt(cluster, repo, 2);
            assertThat(learn(cluster, repo)).isEqualTo(Role.LEARNER);

            List<Member> next = List.of(cluster.members().get(0), cluster.members().get(1), spare);
            cluster.seal("n1", SealRequest.newBuilder().setRepoId(repo.value()).setGeneration(1)
                .addAllNextMembers(next.stream().map(Wire::toProto).toList()).build());
            await().atMost(MAX).untilAsserted(() -> {
                assertThat(role(cluster, NodeCluster.SPARE, repo)).isEqualTo(Role.VOTER);
                assertThat(role(cluster, "n3", repo)).isEqualTo(Role.RETIRED);
            });
            await("the retired node removes what it held").atMost(MAX)
                .untilAsserted(() -> assertThat(cluster.packs("n3")).isEmpty());
            assertThat(role(cluster, "n3", repo)).isEqualTo(Role.RETIRED);
            assertThat(learn(cluster, repo)).isEqualTo(Role.VOTER);
            assertThatThrownBy(() -> unlearn(cluster, repo)).hasMessageContaining("FAILED_PRECONDITION");
        }
    }

    @Test
    void aLearnerGoesOnAfterARestartAndCanBeDroppedAndAskedAgain() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = cluster.createRepository();
            Git alice = pushed(cluster, repo);
            cluster.start(NodeCluster.SPARE);
            learn(cluster, repo);
            awaitLearnt(cluster, repo, 1);
            cluster.stop(NodeCluster.SPARE);
            alice.commit("two");
            alice.push(cluster.url(repo), "HEAD:refs/heads/main");

            cluster.start(NodeCluster.SPARE);
            awaitLearnt(cluster, repo, 2);

            unlearn(cluster, repo);
            unlearn(cluster, repo);
            assertThat(role(cluster, NodeCluster.SPARE, repo)).isEqualTo(Role.RETIRED);
            await("who still reads them is waited for").atMost(MAX)
                .untilAsserted(() -> assertThat(cluster.packs(NodeCluster.SPARE)).isEmpty());

            assertThat(learn(cluster, repo)).isEqualTo(Role.LEARNER);
            awaitLearnt(cluster, repo, 2);
        }
    }

    @Test
    void aNodeThatWasAwayWhileAllWhomItKnowsWereReplacedIsToldWhomToAskAndBeginsAnew() throws Exception {
        try (NodeCluster cluster = NodeCluster.start(dir)) {
            RepoId repo = cluster.createRepository();
            pushed(cluster, repo);
            cluster.stop("n3");
            cluster.start(NodeCluster.SPARE);
            replace(cluster, repo, 1, cluster.members(), 2, NodeCluster.SPARE);
            for (int slot = 0; slot < 2; slot++) {
                String lost = "n" + (slot + 1);
                List<Member> before = present(cluster);
                cluster.wipe(lost);
                replace(cluster, repo, 2 + slot, before, slot, lost);
            }

            cluster.start("n3");
            assertThat(role(cluster, "n3", repo)).isEqualTo(Role.VOTER);
            assertThat(cluster.describe("n3", repo).getGeneration()).isEqualTo(1);
            assertThat(learns(cluster, repo, "n3", 4)).as("it has to look first").isFalse();
            await().atMost(MAX).until(() -> role(cluster, "n3", repo) == Role.RETIRED);
            await("it removes what it held").atMost(MAX).untilAsserted(() -> assertThat(cluster.packs("n3")).isEmpty());
            await().atMost(MAX).until(() -> learns(cluster, repo, "n3", 4));
            await().atMost(MAX).untilAsserted(() -> assertThat(cluster.describe("n3", repo).getDigest())
                .isEqualTo(cluster.describe("n1", repo).getDigest()));
        }
    }

    /** The members of the generation that begins when n4 is in the place of n3. */
    private static List<Member> present(NodeCluster cluster) {
        return List.of(cluster.member("n1"), cluster.member("n2"), cluster.member(NodeCluster.SPARE));
    }

    /** Whether a node begins to learn: not as long as it is a member, or has not removed what it held as one. */
    private static boolean learns(NodeCluster cluster, RepoId repo, String node, long generation) {
        try {
            return learn(cluster, repo, node, generation, present(cluster)) == Role.LEARNER;
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            return false;
        }
    }

    private static void replace(NodeCluster cluster, RepoId repo, long generation, List<Member> before, int slot,
                                String joining) {
        await().atMost(MAX).ignoreExceptions().until(() ->
            learn(cluster, repo, joining, generation, before) == Role.LEARNER);
        List<Member> next = new ArrayList<>(before);
        next.set(slot, cluster.member(joining));
        String other = slot == 0 ? "n2" : "n1";
        long version = cluster.describe(other, repo).getCommitted().getVersion();
        await().atMost(MAX).until(() -> cluster.describe(joining, repo).getCommitted().getVersion() >= version);
        cluster.seal(other, SealRequest.newBuilder().setRepoId(repo.value()).setGeneration(generation)
            .addAllNextMembers(next.stream().map(Wire::toProto).toList()).build());
        await().atMost(MAX).until(() -> role(cluster, joining, repo) == Role.VOTER);
    }

    private Git pushed(NodeCluster cluster, RepoId repo) throws Exception {
        Git alice = new Git(Files.createDirectories(dir.resolve("alice")));
        alice.run("init", "--quiet");
        alice.commit("one");
        alice.push(cluster.url(repo), "HEAD:refs/heads/main");
        return alice;
    }

    private static Role learn(NodeCluster cluster, RepoId repo) {
        return learn(cluster, repo, NodeCluster.SPARE, 1, cluster.members());
    }

    private static Role learn(NodeCluster cluster, RepoId repo, String node, long generation, List<Member> members) {
        return cluster.control(node).learn(LearnRequest.newBuilder().setRepoId(repo.value())
            .setGeneration(generation).addAllMembers(members.stream().map(Wire::toProto).toList())
            .setTarget(Wire.toProto(cluster.member(node))).build()).getRole();
    }

    private static void unlearn(NodeCluster cluster, RepoId repo) {
        assertThat(cluster.control(NodeCluster.SPARE).unlearn(UnlearnRequest.newBuilder().setRepoId(repo.value())
            .setTarget(Wire.toProto(cluster.member(NodeCluster.SPARE))).build())).isNotNull();
    }

    private static Role role(NodeCluster cluster, String node, RepoId repo) {
        return cluster.describe(node, repo).getRole();
    }

    private static void awaitLearnt(NodeCluster cluster, RepoId repo, long version) {
        await().atMost(MAX).untilAsserted(() -> {
            ReplicaDescription learnt = cluster.describe(NodeCluster.SPARE, repo);
            assertThat(learnt.getRole()).isEqualTo(Role.LEARNER);
            assertThat(learnt.getCommitted().getVersion()).isEqualTo(version);
            assertThat(learnt.getDigest()).isEqualTo(cluster.describe("n1", repo).getDigest());
            assertThat(learnt.getCatchUp().getAsked()).isTrue();
            assertThat(learnt.getCatchUp().getVersionsBehind()).isZero();
        });
    }
}
