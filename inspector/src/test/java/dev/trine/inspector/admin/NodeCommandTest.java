package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.inspector.admin.AdminFixture.Result;
import dev.trine.proto.Member;
import dev.trine.proto.Replacement;
import dev.trine.proto.RepositoryMove;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NodeCommandTest {
    private static final Replacement RUNNING = Replacement.newBuilder().setId(7).setOldNode("n3")
        .setJoining(Member.newBuilder().setNode("n4")).setState("RUNNING").setRepositoriesMoved(1)
        .setRepositoriesLeft(2).setBytesCopied(1 << 20).setBytesTotal(3 << 20).build();

    @TempDir
    Path directory;

    private final InMemoryAdmin admin = new InMemoryAdmin(5);
    private AdminFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = AdminFixture.start(directory, admin);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void nodesAreListedWithWhatIsAmiss() {
        admin.nodeProblem("its disk was lost");
        assertThat(fixture.run("node", "list").out().lines()).containsExactly(
            "NODE  ZONE  ADDRESS      STATE  SHARDS  REPOS  PROBLEM",
            "n1    z1    127.0.0.1:1  up     -       5      -",
            "n2    z2    127.0.0.1:2  up     -       5      its disk was lost");
        Result status = fixture.run("node", "status", "n2");
        assertThat(status.exit()).isEqualTo(3);
        assertThat(status.out()).contains("problem       its disk was lost");
        assertThat(fixture.run("node", "status", "n9").err())
            .isEqualTo("trine: there is no node n9; list them with 'trine node list'%n".formatted());
    }

    @Test
    void aNodesStateIsShownThoughItsReplacementsAreNotKnownForNow() {
        admin.databaseIsAway();
        Result status = fixture.run("node", "status", "n2");
        assertThat(status.exit()).as(status.err()).isZero();
        assertThat(status.out()).contains("state         up")
            .contains("replacements  not known: the metadata database does not answer");
        assertThat(fixture.run("node", "moves").err()).contains("the metadata database does not answer");
    }

    @Test
    void aNodeIsRemovedOrTheReasonIsToldWhyNot() {
        assertThat(fixture.run("node", "remove", "n3").out()).isEqualTo("removed n3%n".formatted());
        Result refused = fixture.run("node", "remove", "n2");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).isEqualTo("trine: node n2 still holds 5 repositories (team/a)%n".formatted());
    }

    @Test
    void aReplacementIsWatchedUntilItIsDone() {
        admin.replacements(List.of(RUNNING, RUNNING, RUNNING.toBuilder().setState("DONE").setRepositoriesMoved(3)
            .setRepositoriesLeft(0).setBytesCopied(3 << 20).build()));
        Result done = fixture.run("node", "replace", "n3", "n4");
        assertThat(done.err()).isEqualTo("trine: 1 of 3 repositories moved, 1.0 of 3.0 MiB copied%n".formatted());
        assertThat(done.out()).isEqualTo("replaced n3 by n4: 3 repositories, 3.0 MiB%n".formatted());
        assertThat(done.exit()).isZero();
    }

    @Test
    void withDetachNothingIsWaitedForAndWarningsAreShown() {
        admin.replacements(List.of(RUNNING.toBuilder().addWarnings("one zone only").build()));
        Result begun = fixture.run("node", "replace", "n3", "n4", "--detach");
        assertThat(begun.err()).isEqualTo("trine: warning: one zone only%n".formatted());
        assertThat(begun.out()).startsWith("replacing n3 by n4: 1 of 3 repositories moved");
        assertThat(begun.exit()).isZero();
    }

    @Test
    void whatCannotMoveIsNamedAndTheExitCodeIsThree() {
        admin.replacements(List.of(RUNNING.toBuilder().setRepositoriesBlocked(2)
            .addBlocked(RepositoryMove.newBuilder().setPath("team/a").setProblem("only n1 answers"))
            .addBlocked(RepositoryMove.newBuilder().setPath("team/b").setProblem("only n2 answers")).build()));
        Result stuck = fixture.run("node", "replace", "n3", "n4");
        assertThat(stuck.exit()).isEqualTo(3);
        assertThat(stuck.out().lines()).containsExactly("replacing n3 by n4 goes on: 1 of 3 repositories moved,"
            + " 1.0 of 3.0 MiB copied; the other 2 cannot be moved at the moment and are tried again:",
            "  team/a: only n1 answers", "  team/b: only n2 answers");
    }

    @Test
    void aCancelledReplacementSaysWhatStays() {
        admin.replacements(List.of(RUNNING.toBuilder().setState("CANCELLING").build(),
            RUNNING.toBuilder().setState("CANCELLED").build()));
        Result cancelled = fixture.run("node", "replace", "--cancel", "n3", "n4", "-o", "json");
        assertThat(cancelled.exit()).isZero();
        JsonNode json = JsonMapper.shared().readTree(cancelled.out());
        assertThat(json.path("state").asString()).isEqualTo("CANCELLED");
        assertThat(json.path("repositoriesLeft").asLong()).isEqualTo(2);
    }
}
