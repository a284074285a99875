package dev.trine.server.receive;

import static dev.trine.server.receive.RawClient.UNKNOWN;
import static dev.trine.server.receive.RawClient.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RepoId;
import dev.trine.server.admission.WorkSettings;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitService.Served;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.pkt.RequestMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real client never sends, or shows only in part. */
class RawPushTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");
    private static final String CAPS = "\0report-status atomic object-format=sha1";

    @TempDir
    private Path dir;
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

    private RawClient client() {
        return client(hosting);
    }

    private static RawClient client(Hosting hosting) {
        return new RawClient(new ReceivePack(hosting,
            new ReceiveSettings(4, 1000, 2, 1, new ByteSize(4000), false, true, ReceiveSettings.Receipt.ALWAYS),
            Agent.ofRelease("0.1")), REPO);
    }

    private static RawClient decided(LocalHosting hosting, Function<List<RefUpdate>, PushOutcome> decision) {
        return client(new DecidedHosting(hosting, decision));
    }

    private String refs() {
        return git.run("for-each-ref", "--format=%(refname)");
    }

    @Test
    void ofTwoRefsThatExcludeEachOtherTheFirstIsGranted() throws Exception {
        String create = ZERO + " " + head + " refs/heads/";
        assertThat(client().line(create + "a/b" + CAPS.replace(" atomic", "")).line(create + "a").line(create + "a-b")
            .line(create + "a/b/c").flush().emptyPack().answer().text()).contains("ok refs/heads/a/b\n",
            "ng refs/heads/a failed to update ref", "ok refs/heads/a-b", "ng refs/heads/a/b/c failed to update ref");
    }

    /** Each name has some 500 directories: to remember them all would take 5 GB. */
    @Test
    void manyDeepNamesTakeLittleMemory() throws Exception {
        ReceiveSettings settings = ReceiveSettings.defaults();
        RawClient client = new RawClient(new ReceivePack(hosting, settings, Agent.ofRelease("0.1")), REPO);
        String unknown = ZERO + " " + UNKNOWN + " refs/heads/";
        client.line(unknown + "first" + CAPS);
        for (int i = 0; i < 20_000; i++) {
            client.line(unknown + i + "/a".repeat(490));
        }
        assertThat(client.flush().emptyPack().answer().text()).contains("ng refs/heads/19999/a");
    }

    @Test
    void longPushesShareMemoryAndGiveItBack() throws Exception {
        int heapBytes = 8 * 500_000; // for 1,500 commands of 110 bytes beyond the first 64 KiB
        ReceivePack room = withMemory(heapBytes);
        for (int push = 0; push < 3; push++) {
            assertThat(manyCommands(room).text()).as("push %d", push).contains("ng refs/heads/1999");
        }
        assertThat(manyCommands(withMemory(heapBytes / 2))).isEqualTo(new RawClient.Answer(new Served.Refused(
            new Refusal.OverLimit("long requests fill the memory that this server has for them, an eighth of its heap;"
                + " try again in a moment, or name fewer refs at a time")), ""));
    }

    private ReceivePack withMemory(long heapBytes) {
        return new ReceivePack(hosting, ReceiveSettings.defaults(), Agent.ofRelease("0.1"),
            WorkTurns.of(WorkSettings.DEFAULT, 1, Duration.ofMinutes(1)).pushes(), RequestMemory.in(heapBytes));
    }

    private static RawClient.Answer manyCommands(ReceivePack pushes) throws Exception {
        RawClient client = new RawClient(pushes, REPO);
        client.line(ZERO + " " + UNKNOWN + " refs/heads/first" + CAPS);
        for (int i = 0; i < 2000; i++) {
            client.line(ZERO + " " + UNKNOWN + " refs/heads/" + i);
        }
        return client.flush().emptyPack().answer();
    }

    @Test
    void theAdvertisementListsRefsAndCapabilitiesButNotHead() throws IOException {
        String line = head + " refs/heads/main\0report-status report-status-v2 delete-refs side-band-64k quiet atomic"
            + " ofs-delta push-options object-format=sha1 agent=trine/0.1\n";
        assertThat(client().advertisement("").text())
            .isEqualTo(String.format("%04x", line.length() + 4) + line + "0000");
    }

    @Test
    void versionOneIsAnnouncedAndVersionTwoIsNot() throws IOException {
        assertThat(client().advertisement("version=1").text()).startsWith("000eversion 1\n00");
        assertThat(client().advertisement("version=2").text()).doesNotContain("version").contains("refs/heads/main");
    }

    @Test
    void anEmptyRepositoryAdvertisesItsCapabilities() throws IOException {
        Path empty = Files.createDirectory(dir.resolve("empty.git"));
        new Git(empty).run("init", "--quiet", "--bare");
        hosting.host(REPO, empty);
        assertThat(client().advertisement("").text()).contains(" .have\0report-status ");
    }

    @Test
    void aSymbolicRefIsAdvertisedWithItsTargetsIdAndNotWritten() throws Exception {
        git.run("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main");
        assertThat(client().advertisement("").text()).contains(head + " refs/remotes/origin/HEAD\n");
        assertThat(client().line(head + " " + ZERO + " refs/remotes/origin/HEAD" + CAPS).flush().answer().text())
            .contains("ng refs/remotes/origin/HEAD refusing to update a symbolic ref\n");
    }

    @Test
    void aRefusalToOpenIsPassedOnBeforeAByteIsWritten() throws IOException {
        Refusal why = new Refusal.Unavailable("stopping");
        hosting.refuse(REPO, why);
        assertThat(client().advertisement("")).isEqualTo(new RawClient.Answer(new Served.Refused(why), ""));
    }

    @Test
    void theReportIsUnframedWithoutSideBand() throws Exception {
        assertThat(client().line(ZERO + " " + head + " refs/heads/new\0report-status-v2").flush().emptyPack().answer())
            .isEqualTo(new RawClient.Answer(Served.Exit.OK, "000eunpack ok\n0016ok refs/heads/new\n0000"));
    }

    @Test
    void theReportGoesOverBandOneAndTheReceiptOverBandTwo() throws Exception {
        String text = client().line(ZERO + " " + head + " refs/heads/new\0report-status side-band-64k quiet").flush()
            .emptyPack().answer().text();
        assertThat(text).contains("0027\2trine: version 1 durable on n1 n2\n")
            .endsWith("002d\001000eunpack ok\n0016ok refs/heads/new\n00000000");
    }

    @Test
    void aClientThatWantsNoReportGetsNone() throws Exception {
        assertThat(client().line(ZERO + " " + head + " refs/heads/new\0").flush().emptyPack().answer().text())
            .isEmpty();
        assertThat(refs()).contains("refs/heads/new");
    }

    @Test
    void aCorruptPackLeavesNothingVisible() throws Exception {
        String text = client().line(ZERO + " " + head + " refs/heads/new" + CAPS).flush()
            .raw("PACK\0\0\0\2\0\0\0\1this is no object at all, and there is no trailer either").answer().text();
        assertThat(text).contains("unpack ").doesNotContain("unpack ok")
            .contains("ng refs/heads/new unpacker error\n");
        assertThat(refs()).doesNotContain("refs/heads/new");
    }

    @Test
    void aTipThatDoesNotExistIsRefusedAndTheOtherIsPushed() throws Exception {
        String text = client().line(ZERO + " " + UNKNOWN + " refs/heads/bad" + "\0report-status")
            .line(ZERO + " " + head + " refs/heads/good").flush().emptyPack().answer().text();
        assertThat(text).contains("unpack ok", "ng refs/heads/bad missing necessary objects\n", "ok refs/heads/good");
        assertThat(refs()).contains("good").doesNotContain("bad");
    }

    @Test
    void anAtomicPushWithATipThatDoesNotExistChangesNothing() throws Exception {
        String text = client().line(ZERO + " " + UNKNOWN + " refs/heads/bad" + CAPS)
            .line(ZERO + " " + head + " refs/heads/good").flush().emptyPack().answer().text();
        assertThat(text).contains("ng refs/heads/good atomic push failure\n");
        assertThat(refs()).doesNotContain("good");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "main", "refs/stash", "refs/heads/../up", "refs/heads/a..b", "refs/heads/x.lock",
        "refs/heads/sp ace", "refs/heads/", "refs//heads/x", "refs/heads/\u00ff\u00fe", "heads/main"})
    void aNameThatIsIllegalOrOutsideOfRefsIsFunny(String name) throws Exception {
        String text = client().line(ZERO + " " + head + " " + name + CAPS).flush().emptyPack().answer().text();
        assertThat(text).contains("ng " + name + " funny refname\n");
        assertThat(refs()).isEqualTo("refs/heads/main\n");
    }

    @Test
    void aNameThatIsTooLongIsRefusedWithTheLimit() throws Exception {
        String longest = "refs/heads/" + ("x".repeat(200) + "/").repeat(5) + "x".repeat(8);
        String text = client().line(ZERO + " " + head + " " + longest + "y\0report-status side-band-64k")
            .line(ZERO + " " + head + " " + longest).flush().emptyPack().answer().text();
        assertThat(text).contains("error: the name of a ref has at most 1024 bytes, a limit that cannot be set; push to"
            + " a shorter one", "ng " + longest + "y ref name too long\n", "ok " + longest + "\n");
        assertThat(refs()).contains(longest).doesNotContain(longest + "y");
    }

    @Test
    void oneLevelBelowRefsMayBeDeleted() throws Exception {
        git.run("update-ref", "refs/stash", head);
        assertThat(client().line(head + " " + ZERO + " refs/stash" + CAPS).flush().answer().text())
            .contains("ok refs/stash");
        assertThat(refs()).isEqualTo("refs/heads/main\n");
    }

    @Test
    void deletingWhatIsNotThereIsGrantedWithAWarning() throws Exception {
        String text = client().line(UNKNOWN + " " + ZERO + " refs/heads/gone\0report-status side-band-64k").flush()
            .answer().text();
        assertThat(text).contains("warning: deleting a non-existent ref", "ok refs/heads/gone");
    }

    @Test
    void deletingWithAStaleOldIdIsRefused() throws Exception {
        git.run("branch", "b");
        String tree = git.run("rev-parse", "HEAD^{tree}").strip();
        assertThat(client().line(tree + " " + ZERO + " refs/heads/b" + CAPS).flush().answer().text())
            .contains("ng refs/heads/b fetch first\n");
        assertThat(client().line(ZERO + " " + ZERO + " refs/heads/b" + CAPS).flush().answer().text())
            .contains("ok refs/heads/b\n");
    }

    @Test
    void aRefNamedTwiceInOnePushIsRefusedTwice() throws Exception {
        String text = client().line(ZERO + " " + head + " refs/heads/x" + CAPS)
            .line(ZERO + " " + head + " refs/heads/x").flush().emptyPack().answer().text();
        assertThat(text.split("ng refs/heads/x multiple updates for the same ref are not allowed", -1)).hasSize(3);
        assertThat(refs()).isEqualTo("refs/heads/main\n");
    }

    @Test
    void anIdOfAnotherLengthOrFormatIsAnsweredWithOneSentence() throws IOException {
        String sentence = "ERR this server hosts SHA-1 repositories only and yours is sha256;"
            + " create it with --object-format=sha1";
        assertThat(client().line("0".repeat(64) + " " + "a".repeat(64) + " refs/heads/x\0report-status").flush()
            .answer().text()).endsWith(sentence + "\n");
        RawClient.Answer answer = client().line(ZERO + " " + head + " refs/heads/x\0object-format=sha256").answer();
        assertThat(answer.text()).endsWith(sentence + "\n");
        assertThat(answer.served()).isEqualTo(Served.Exit.FATAL);
    }

    @Test
    void whatIsNotTheProtocolIsAnsweredWithOneSentence() throws IOException {
        assertThat(client().line("push-cert\0side-band-64k").answer().text()).contains("ERR signed pushes");
        assertThat(client().raw("GET / HTTP/1.1").answer().text())
            .contains("ERR protocol error: bad line length character: GET");
        assertThat(client().raw("0001").answer().text()).contains("ERR protocol error: unexpected delimiter packet");
        assertThat(client().line("x").answer().text()).contains("expected 'old-id new-id ref', got 'x'");
        assertThat(client().raw("ffff").answer().text()).contains("ERR protocol error: bad line length 65535");
        assertThat(client().raw("0003").answer().text()).contains("ERR protocol error: bad line length 3");
        assertThat(client().raw("0010abc").answer().text()).contains("ERR the remote end hung up unexpectedly");
        assertThat(client().answer().text()).contains("ERR the remote end hung up unexpectedly");
        assertThat(client().flush().answer().text()).isEmpty();
    }

    @Test
    void moreThanTheLimitsAllowIsRefusedByName() throws IOException {
        RawClient many = client();
        for (int i = 0; i < 5; i++) {
            many.line(ZERO + " " + head + " refs/heads/b" + i + (i == 0 ? "\0report-status side-band-64k" : ""));
        }
        fatal(many.flush(), "\3more than 4 refs in one push, the limit of this server (push.commands-max); push them"
            + " in parts");
        fatal(client().line("shallow " + head).line("shallow " + head).line("shallow " + head),
            "more than 2 shallow lines, the limit of this server (push.shallow-lines-max)");
        fatal(client().line("shallow " + head).raw("1000" + " ".repeat(4092)),
            "the request is longer than 4000 bytes, the limit of this server (push.request-max)");
        fatal(client().line(ZERO + " " + head + " refs/heads/b\0push-options").flush().line("a").line("b").flush(),
            "more than 1 push options, the limit of this server (push.push-options-max)");
    }

    private static void fatal(RawClient client, String sentence) throws IOException {
        RawClient.Answer answer = client.answer();
        assertThat(answer.text()).contains(sentence);
        assertThat(answer.served()).isEqualTo(Served.Exit.FATAL);
    }

    @Test
    void aRepositoryWithAllTheRefsThatItMayHaveGetsNoMore() throws Exception {
        git.run("update-ref", "refs/heads/second", head);
        git.run("tag", "-a", "-m", "third", "third");
        ReceiveSettings three =
            new ReceiveSettings(9, 3, 2, 1, new ByteSize(4000), false, true, ReceiveSettings.Receipt.ALWAYS);
        RawClient client = new RawClient(new ReceivePack(hosting, three, Agent.ofRelease("0.1")), REPO);
        String answer = client.line(ZERO + " " + head + " refs/heads/fourth\0report-status side-band-64k")
            .line(head + " " + ZERO + " refs/heads/second").flush().emptyPack().answer().text();
        assertThat(answer).contains("error: this repository may have 3 refs (push.refs-max) and would have more;"
            + " delete some that nobody needs, then push again", "ng refs/heads/fourth too many refs",
            "ok refs/heads/second");
        assertThat(refs()).isEqualTo("refs/heads/main\nrefs/tags/third\n");
        RawClient again = new RawClient(new ReceivePack(hosting, three, Agent.ofRelease("0.1")), REPO);
        assertThat(again.line(ZERO + " " + head + " refs/heads/fourth" + CAPS).flush().emptyPack().answer().text())
            .contains("ok refs/heads/fourth");
    }

    @Test
    void whatWasNotCommittedIsReportedPerRefInOneSentence() throws Exception {
        for (PushOutcome outcome : List.of(new PushOutcome.Refused("only n1 of n1 n2 n3 answers"),
            new PushOutcome.NotApplied("only n1 of n1 n2 n3 answers"),
            new PushOutcome.Indeterminate("only n1\nof n1 n2 n3 answers"))) {
            String text = decided(hosting, updates -> outcome).line(ZERO + " " + head + " refs/heads/x" + CAPS).flush()
                .emptyPack().answer().text();
            assertThat(text).contains("unpack ok\n", "ng refs/heads/x only n1 of n1 n2 n3 answers\n");
        }
    }

    @Test
    void anOutcomeThatIsNeitherYesNorNoSaysHowToFindOut() throws Exception {
        String caps = "\0report-status side-band-64k";
        RawClient unknown = decided(hosting, updates -> new PushOutcome.Indeterminate("push 7 may still take effect"));
        assertThat(unknown.line(ZERO + " " + head + " refs/heads/x" + caps).flush().emptyPack().answer().text())
            .contains("ng refs/heads/x push 7 may still take effect\n",
                "trine: it is not known whether this push took effect; it was compared with version 0: fetch, and"
                    + " compare, before pushing again\n");
        RawClient refused = decided(hosting, updates -> new PushOutcome.Refused("only n1 answers"));
        assertThat(refused.line(ZERO + " " + head + " refs/heads/x" + caps).flush().emptyPack().answer().text())
            .contains("trine: nothing was changed; the same push may be tried again at any time\n");
    }

    @Test
    void aPushTokenHasABoundedForm() throws Exception {
        for (String option : List.of("trine.push-id=short", "trine.push-id=" + "x".repeat(65),
            "trine.push-id=with space", "trine.unknown=1")) {
            assertThat(client().line(ZERO + " " + head + " refs/heads/b\0push-options").flush().line(option).flush()
                .answer().text()).contains("trine.push-id");
            assertThat(refs()).doesNotContain("refs/heads/b");
        }
    }

    @Test
    void aPushWithATokenIsNotTriedAgainInParts() throws Exception {
        List<List<RefUpdate>> rounds = new ArrayList<>();
        String text = decided(hosting, updates -> {
            rounds.add(updates);
            return new PushOutcome.Rejected(Position.START, List.of(
                new RefRejection(updates.getFirst().name(), RefRejection.Reason.STALE_OLD_VALUE)));
        }).line(ZERO + " " + head + " refs/heads/a\0report-status push-options")
            .line(ZERO + " " + head + " refs/heads/b").flush().line("trine.push-id=12345678").flush().emptyPack()
            .answer().text();
        assertThat(text).contains("ng refs/heads/a fetch first", "ng refs/heads/b atomic transaction failed");
        assertThat(rounds).hasSize(1);
    }

    @Test
    void rejectedRefsAreLeftOutAndTheRestIsTriedAgain() throws Exception {
        List<List<RefUpdate>> rounds = new ArrayList<>();
        Function<List<RefUpdate>, PushOutcome> rejectsTheFirst = updates -> {
            rounds.add(updates);
            return updates.size() == 1 ? new PushOutcome.Committed(Position.START, List.of())
                : new PushOutcome.Rejected(Position.START, List.of(
                    new RefRejection(updates.getFirst().name(), RefRejection.Reason.STALE_OLD_VALUE)));
        };
        String text = decided(hosting, rejectsTheFirst).line(ZERO + " " + head + " refs/heads/a\0report-status")
            .line(ZERO + " " + head + " refs/heads/b").line(ZERO + " " + head + " refs/heads/c").flush().emptyPack()
            .answer().text();
        assertThat(text).contains("ng refs/heads/a fetch first", "ng refs/heads/b fetch first", "ok refs/heads/c");
        assertThat(rounds).hasSize(3);
    }

    @Test
    void refsThatOnlyFailedTogetherWithARejectedOneAreTriedAgain() throws Exception {
        Function<List<RefUpdate>, PushOutcome> rejectsTheFirstOfTwo = updates -> updates.size() == 1
            ? new PushOutcome.Committed(Position.START, List.of())
            : new PushOutcome.Rejected(Position.START, List.of(
                new RefRejection(updates.getFirst().name(), RefRejection.Reason.NAME_CONFLICT),
                new RefRejection(updates.getLast().name(), RefRejection.Reason.TRANSACTION_ABORTED)));
        for (String atomic : List.of("", " atomic")) {
            String text = decided(hosting, rejectsTheFirstOfTwo)
                .line(ZERO + " " + head + " refs/heads/a\0report-status" + atomic)
                .line(ZERO + " " + head + " refs/heads/b").flush().emptyPack().answer().text();
            assertThat(text).contains("ng refs/heads/a a directory and a file of that name would exist",
                atomic.isEmpty() ? "ok refs/heads/b" : "ng refs/heads/b atomic transaction failed");
        }
    }

    @Test
    void aRejectionThatNamesNoRefEndsTheTries() throws Exception {
        String text = decided(hosting, updates -> new PushOutcome.Rejected(Position.START, List.of()))
            .line(ZERO + " " + head + " refs/heads/a" + "\0report-status").flush().emptyPack().answer().text();
        assertThat(text).contains("ng refs/heads/a failed to update ref\n");
    }
}
