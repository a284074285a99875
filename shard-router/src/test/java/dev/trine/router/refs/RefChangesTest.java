package dev.trine.router.refs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.trine.proto.AdminGrpc.AdminBlockingStub;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.DisableUserRequest;
import dev.trine.proto.GrantRole;
import dev.trine.proto.RefChange;
import dev.trine.proto.RefsUpdate;
import dev.trine.proto.RefsUpdate.Outcome;
import dev.trine.proto.UpdateRefsRequest;
import dev.trine.proto.UpdateRepoRefsRequest;
import dev.trine.router.fixture.FakeNode;
import dev.trine.router.fixture.TestRouter;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes of refs through the router, to nodes that fail. */
@Timeout(60)
class RefChangesTest {
    @TempDir
    private Path directory;
    private TestRouter router;
    private final List<UpdateRefsRequest> sent = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        router = TestRouter.start(directory, "");
        router.admin().createRepo(CreateRepoRequest.newBuilder().setPath("team/app").build());
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
    }

    /** All nodes answer the tries in this way, one after the other: numbers count from 0. */
    private void answer(IntFunction<RefsUpdate> tries) {
        for (FakeNode node : router.nodes()) {
            node.answerRefs(request -> {
                sent.add(request);
                return tries.apply(sent.size() - 1);
            });
        }
    }

    private static RefsUpdate outcome(Outcome outcome) {
        return RefsUpdate.newBuilder().setOutcome(outcome).build();
    }

    private static RefsUpdate update(AdminBlockingStub caller, boolean first) {
        return caller.updateRepoRefs(UpdateRepoRefsRequest.newBuilder().setRepo("team/app").setToken("merge-4711")
            .setFirst(first).addChanges(RefChange.newBuilder().setName("refs/heads/x")
                .setNewId(ByteString.copyFrom(new byte[20]))).build()).getResult();
    }

    @Test
    void aNodeThatBreaksOffIsFollowedByAnotherUnderTheSameToken() throws Exception {
        answer(number -> {
            if (number == 0) {
                throw Status.UNAVAILABLE.withDescription("lost").asRuntimeException();
            }
            return outcome(number == 1 ? Outcome.UNKNOWN : Outcome.COMMITTED);
        });
        assertThat(update(router.admin(), true).getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(sent).extracting(UpdateRefsRequest::getToken).containsOnly("merge-4711").hasSize(3);
        assertThat(sent).extracting(UpdateRefsRequest::getFirst).containsExactly(true, false, false);
        assertThat(sent).extracting(UpdateRefsRequest::getUser).containsOnly("admin");
    }

    @Test
    void whatANodeDoesNotServeIsStillTheFirstCallElsewhere() throws Exception {
        answer(number -> {
            if (number == 0) {
                throw Status.FAILED_PRECONDITION.withDescription("route again").asRuntimeException();
            }
            return outcome(Outcome.REFUSED);
        });
        assertThat(update(router.admin(), true).getOutcome()).isEqualTo(Outcome.REFUSED);
        assertThat(sent).extracting(UpdateRefsRequest::getFirst).containsExactly(true, true);
    }

    @Test
    void whoMayNotPushChangesNothing() throws Exception {
        answer(number -> outcome(Outcome.COMMITTED));
        AdminBlockingStub ann = router.adminAs(router.userWithToken("ann"));
        assertThatThrownBy(() -> update(ann, true)).hasMessageStartingWith("NOT_FOUND");
        router.grant("ann", "team", GrantRole.READER);
        assertThatThrownBy(() -> update(ann, true)).hasMessageStartingWith("PERMISSION_DENIED: you may read team/app");
        assertThat(sent).isEmpty();
        router.grant("ann", "team", GrantRole.WRITER);
        assertThat(update(ann, true).getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(sent).extracting(UpdateRefsRequest::getUser).containsExactly("ann");
    }

    @Test
    void whoIsDisabledMeanwhileIsNotTriedForAgainAndNothingIsSaidOfWhatMayHaveHappened() throws Exception {
        AdminBlockingStub ann = router.adminAs(router.userWithToken("ann"));
        router.grant("ann", "team", GrantRole.WRITER);
        AdminBlockingStub root = router.admin();
        answer(number -> {
            root.disableUser(DisableUserRequest.newBuilder().setName("ann").build());
            throw Status.UNAVAILABLE.withDescription("lost").asRuntimeException();
        });
        assertThat(update(ann, true).getOutcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(sent).hasSize(1);
    }

    @Test
    void tooManyChangesAreRefusedBeforeANodeIsAsked() throws Exception {
        UpdateRepoRefsRequest.Builder many = UpdateRepoRefsRequest.newBuilder().setRepo("team/app")
            .setToken("merge-4711");
        for (int i = 0; i <= RefChanges.CHANGES_MAX; i++) {
            many.addChanges(RefChange.newBuilder().setName("refs/heads/" + i));
        }
        AdminBlockingStub admin = router.admin();
        assertThatThrownBy(() -> admin.updateRepoRefs(many.build())).hasMessageStartingWith("INVALID_ARGUMENT");
    }
}
