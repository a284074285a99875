package dev.trine.server.receive;

import static dev.trine.server.receive.RawClient.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RepoId;
import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.Turn;
import dev.trine.server.admission.Turns;
import dev.trine.server.admission.Waiting;
import dev.trine.server.admission.WorkSettings;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitService.Served;
import dev.trine.server.hosting.Lane;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.pkt.RequestMemory;
import dev.trine.server.pkt.SideBandProgress;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pushes that have to wait until their packs can be worked through. */
@Timeout(180)
class PushQueueTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Waiting NOBODY = new PushReply(OutputStream.nullOutputStream(), false)
        .waiting(SideBandProgress.Audience.NOBODY);

    @TempDir
    private Path dir;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Git git;
    private String head;
    private LocalHosting hosting;

    @BeforeEach
    void hostOneCommit() {
        git = new Git(dir);
        git.run("init", "--quiet");
        head = git.commit("one");
        hosting = new LocalHosting();
        hosting.host(REPO, dir.resolve(".git"));
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static WorkSettings settings(int queueMax, Duration waitMax) {
        return new WorkSettings(1, 1, 0, 0, 0, queueMax, queueMax, waitMax, 4, 2, 1);
    }

    private static Turns turns(int queueMax, Duration waitMax) {
        return WorkTurns.of(settings(queueMax, waitMax), 1, waitMax).pushes();
    }

    private static Turn takeTheOnlyTurn(Turns turns) throws Exception {
        return turns.await(new Claimant(REPO, new Lane(Lane.Kind.PEOPLE, "x"), ""), "x", NOBODY);
    }

    private RawClient push(Turns turns, String capabilities) throws Exception {
        return new RawClient(new ReceivePack(hosting, ReceiveSettings.defaults(), Agent.ofRelease("0.1"), turns,
            RequestMemory.in(Runtime.getRuntime().maxMemory())), REPO)
            .line(ZERO + " " + head + " refs/heads/new\0report-status" + capabilities).flush().emptyPack();
    }

    private String refs() {
        return git.run("for-each-ref", "--format=%(refname)");
    }

    @Test
    void aPushWhosePackHasArrivedWaitsForItsTurn() throws Exception {
        Turns turns = turns(10, LONG);
        Future<RawClient.Answer> answer;
        try (Turn held = takeTheOnlyTurn(turns)) {
            RawClient push = push(turns, " side-band-64k");
            answer = threads.submit(push::answer);
            Awaitility.await().atMost(LONG).until(() -> turns.waiting() == 1);
            assertThat(refs()).doesNotContain("new");
        }
        assertThat(answer.get().text()).contains("ok refs/heads/new");
        assertThat(refs()).contains("refs/heads/new");
    }

    @Test
    void aFullQueueRefusesBeforeAnythingIsSent() throws Exception {
        Turns turns = turns(0, LONG);
        try (Turn held = takeTheOnlyTurn(turns)) {
            RawClient.Answer answer = push(turns, " side-band-64k").answer();
            assertThat(answer.served()).isEqualTo(new Served.Refused(new Refusal.OverLimit("this node lets 0"
                + " requests of one user wait at once (work.user-queue-max), and so many of yours do; let some finish,"
                + " then try again")));
            assertThat(answer.text()).isEmpty();
        }
        assertThat(refs()).doesNotContain("new");
    }

    @Test
    void aWaitThatIsTooLongIsRefusedAsAStatusIfNothingWasSaid() throws Exception {
        Turns turns = turns(10, Duration.ofMillis(100));
        try (Turn held = takeTheOnlyTurn(turns)) {
            assertThat(push(turns, " side-band-64k").answer().served()).isEqualTo(new Served.Refused(
                new Refusal.OverLimit("no turn came free within 100ms, the longest wait at this node (work.wait-max;"
                    + " turns for working through received packs: 1, work.pushes-max); try again in a few"
                    + " minutes")));
        }
        assertThat(refs()).doesNotContain("new");
    }

    @Test
    void aWaitThatIsTooLongIsRefusedOnTheSideBandIfSomethingWasSaid() throws Exception {
        WorkTurns all = WorkTurns.of(settings(10, LONG), 1, LONG);
        Turns turns = all.pushes();
        try (Turn held = takeTheOnlyTurn(turns)) {
            RawClient push = push(turns, " side-band-64k");
            RawClient quiet = push(turns, " side-band-64k quiet");
            Future<RawClient.Answer> answer = threads.submit(push::answer);
            Future<RawClient.Answer> toQuiet = threads.submit(quiet::answer);
            Awaitility.await().atMost(LONG).until(() -> push.soFar().contains("\2queued, position ")
                && quiet.soFar().contains("0005\1"));
            all.limit(settings(10, Duration.ofSeconds(1)), 1, LONG);
            assertThat(answer.get().served()).isEqualTo(Served.Exit.FATAL);
            assertThat(answer.get().text()).contains("\2queued, position ", "\3no turn came free within 1s");
            assertThat(toQuiet.get().text()).contains("0005\1", "\3no turn came free within 1s")
                .doesNotContain("queued");
        }
        assertThat(refs()).doesNotContain("new");
    }

    @Test
    void aPushThatOnlyDeletesNeedsNoTurn() throws Exception {
        git.run("update-ref", "refs/heads/old", head);
        Turns turns = turns(0, LONG);
        try (Turn held = takeTheOnlyTurn(turns)) {
            RawClient delete = new RawClient(
                new ReceivePack(hosting, ReceiveSettings.defaults(), Agent.ofRelease("0.1"), turns,
                    RequestMemory.in(Runtime.getRuntime().maxMemory())), REPO)
                .line(head + " " + ZERO + " refs/heads/old\0report-status").flush();
            assertThat(delete.answer().text()).contains("ok refs/heads/old");
        }
    }
}
