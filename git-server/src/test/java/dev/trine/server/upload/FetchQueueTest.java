package dev.trine.server.upload;

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
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.GitService.Served;
import dev.trine.server.hosting.Lane;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.kept.StreamCache;
import dev.trine.server.pkt.RequestMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Fetches that have to wait until their packs can be made, and those that need not. */
@Timeout(300)
final class FetchQueueTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");

    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    private Path directory;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final LocalHosting hosting = new LocalHosting();
    private StreamCache cache;
    private UploadPack service;
    private WorkTurns all;
    private Turns turns;
    private String main;

    @BeforeEach
    void start() throws IOException {
        SampleHistory.create(directory.resolve("sample"));
        main = new Git(directory.resolve("sample")).run("rev-parse", "main").strip();
        hosting.host(REPO, directory.resolve("sample"));
        cache = StreamCache.open(directory.resolve("cache"), PackCacheSettings.DEFAULT.limits(), 0);
        serve(100, LONG);
    }

    private static WorkSettings settings(int queueMax, Duration waitMax) {
        return new WorkSettings(1, 1, 0, 0, 0, queueMax, queueMax, waitMax, 4, 2, 1);
    }

    private void serve(int queueMax, Duration waitMax) {
        all = WorkTurns.of(settings(queueMax, waitMax), 1, waitMax);
        turns = all.packs();
        service = new UploadPack(hosting, UploadLimits.DEFAULT, Agent.ofRelease("test"), cache, all,
            RequestMemory.in(Runtime.getRuntime().maxMemory()));
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        cache.close();
    }

    private Turn takeTheOnlyTurn(String who) throws Exception {
        return turns.await(new Claimant(REPO, new Lane(Lane.Kind.PEOPLE, who), ""), who, new Waiting() {
            @Override
            public void told(String text) {
                // nobody reads it
            }

            @Override
            public void over(String text) {
                // nobody reads it
            }

            @Override
            public void alive() {
                // nobody looks
            }
        });
    }

    private Served fetch(String user, int version, int depth, ByteArrayOutputStream answer) throws IOException {
        String start = version == 2 ? packet("command=fetch") + "0001" + packet("want " + main)
            : packet("want " + main + " side-band-64k ofs-delta");
        String request = start + packet("deepen " + depth) + (version == 2 ? "" : "0000") + packet("done")
            + (version == 2 ? "0000" : "");
        return service.serve(new GitCall(REPO, LocalHosting.ANY_STATE, GitCall.Framing.STATELESS,
            new GitProtocol("version=" + version), new GitCall.Caller(user, "sample", ""),
            new ByteArrayInputStream(request.getBytes(StandardCharsets.ISO_8859_1)), answer,
            OutputStream.nullOutputStream()));
    }

    private static String packet(String line) {
        return String.format("%04x%s\n", line.length() + 5, line);
    }

    private void awaitWaiting(int count) {
        Awaitility.await().atMost(LONG).until(() -> turns.waiting() == count);
    }

    @Test
    void aPackThatSomebodyElseWaitsForIsMadeWhenItIsTheTurnOfEither() throws Exception {
        List<Future<Served>> fetches = new ArrayList<>();
        ByteArrayOutputStream bobs = new ByteArrayOutputStream();
        Future<Turn> carols;
        try (Turn held = takeTheOnlyTurn("x")) {
            for (int depth = 1; depth <= 9; depth++) {
                int each = depth;
                fetches.add(threads.submit(() -> fetch("alice", 2, each, new ByteArrayOutputStream())));
                awaitWaiting(depth);
            }
            fetches.add(threads.submit(() -> fetch("bob", 2, 9, bobs)));
            Awaitility.await().atMost(LONG)
                .until(() -> bobs.toString(StandardCharsets.ISO_8859_1).contains("queued, position 2 "));
            assertThat(turns.waiting()).isEqualTo(9);
            carols = threads.submit(() -> takeTheOnlyTurn("carol"));
            awaitWaiting(10);
        }
        try (Turn third = carols.get()) { // as long as she has it, no more packs are made than those before hers
            assertThat(fetches.getLast().get()).isEqualTo(Served.Exit.OK);
            assertThat(turns.waiting()).as("alice's second to eighth").isEqualTo(7);
        }
        for (Future<Served> fetch : fetches) {
            assertThat(fetch.get()).isEqualTo(Served.Exit.OK);
        }
        assertThat(bobs.toString(StandardCharsets.ISO_8859_1)).contains("queued, done.", "PACK");
        assertThat(cache.counts().misses()).isEqualTo(9);
    }

    @Test
    void aPackThatWasMadeBeforeNeedsNoTurn() throws Exception {
        fetch("alice", 2, 3, new ByteArrayOutputStream());
        try (Turn held = takeTheOnlyTurn("x")) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            assertThat(fetch("bob", 2, 3, answer)).isEqualTo(Served.Exit.OK);
            assertThat(answer.toString(StandardCharsets.ISO_8859_1)).contains("PACK").doesNotContain("queued");
        }
    }

    @Test
    void aFullQueueRefusesBeforeAnythingIsSentInEitherProtocol() throws Exception {
        serve(0, LONG);
        try (Turn held = takeTheOnlyTurn("x")) {
            for (int version : new int[] {0, 2}) {
                ByteArrayOutputStream answer = new ByteArrayOutputStream();
                assertThat(fetch("alice", version, 3, answer)).isEqualTo(new Served.Refused(new Refusal.OverLimit(
                    "this node lets 0 requests of one user wait at once (work.user-queue-max), and so many of yours"
                        + " do; let some finish, then try again")));
                assertThat(answer.size()).isZero();
            }
        }
    }

    @Test
    void aWaitThatIsTooLongIsRefusedOnTheSideBandOnceSomethingWasSaid() throws Exception {
        serve(9, LONG);
        try (Turn held = takeTheOnlyTurn("x")) {
            List<Future<Served>> ends = new ArrayList<>();
            List<ByteArrayOutputStream> answers = new ArrayList<>();
            for (int version : new int[] {0, 2}) {
                ByteArrayOutputStream answer = new ByteArrayOutputStream();
                answers.add(answer);
                ends.add(threads.submit(() -> fetch("alice", version, 3 + version, answer)));
            }
            Awaitility.await().atMost(LONG).until(() -> answers.stream().allMatch(answer ->
                answer.toString(StandardCharsets.ISO_8859_1).contains("\2queued, position ")));
            all.limit(settings(9, Duration.ofSeconds(1)), 1, LONG);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(ends.get(i).get()).isEqualTo(Served.Exit.FATAL);
                assertThat(answers.get(i).toString(StandardCharsets.ISO_8859_1))
                    .contains("\2queued, position ", "\3no turn came free within 1s");
            }
        }
        assertThat(turns.waiting()).isZero();
    }
}
