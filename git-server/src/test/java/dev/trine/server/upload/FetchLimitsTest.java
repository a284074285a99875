package dev.trine.server.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.RequestId;
import dev.trine.server.admission.WorkSettings;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.GitService.Served;
import dev.trine.server.hosting.Lane;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.pkt.RequestMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile client asks for is refused at the limit, in a sentence that names it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class FetchLimitsTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");
    private static final String FETCH = packet("command=fetch") + "0001";

    @TempDir
    private static Path directory;
    private final LocalHosting hosting = new LocalHosting();
    private GitService service;
    private String main;

    @BeforeAll
    void host() throws IOException {
        SampleHistory.create(directory.resolve("sample"));
        hosting.host(REPO, directory.resolve("sample"));
        service = new UploadPack(hosting,
            new UploadLimits(3, 4, 2, 2, 100, new ByteSize(3000), 2, 1, Duration.ofMinutes(1)), Agent.ofRelease("test"),
            NoPackCache.in(directory));
        main = new Git(directory.resolve("sample")).run("rev-parse", "main").strip();
    }

    private String ask(int version, String body) throws IOException {
        return ask(GitCall.Framing.STATELESS, version, body);
    }

    private String ask(GitCall.Framing framing, int version, String body) throws IOException {
        return ask(service, framing, version, body);
    }

    private static String ask(GitService asked, GitCall.Framing framing, int version, String body)
        throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        Served served = asked.serve(new GitCall(REPO, LocalHosting.ANY_STATE, framing,
            new GitProtocol("version=" + version), new GitCall.Caller("alice", "sample", "127.0.0.1"),
            new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)), answer,
            OutputStream.nullOutputStream()));
        String text = answer.toString(StandardCharsets.ISO_8859_1);
        assertThat(served).as(text).isEqualTo(text.contains("ERR ") ? Served.Exit.FATAL : Served.Exit.OK);
        return text;
    }

    private static String packet(String line) {
        return String.format("%04x%s\n", line.length() + 5, line);
    }

    private static String packets(int count, IntFunction<String> line) {
        return IntStream.range(0, count).mapToObj(i -> packet(line.apply(i))).collect(Collectors.joining());
    }

    private static String id(int i) {
        return String.format("%040x", i + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void moreWantsThanTheLimitAreRefused(int version) throws IOException {
        String start = version == 2 ? FETCH : "";
        assertThat(ask(version, start + packets(4, i -> "want " + id(i)) + "0000"))
            .contains("ERR more than 3 wants in one fetch, the limit of this server (fetch.wants-max)");
        assertThat(ask(version, start + packets(3, i -> "want " + id(i)) + "0000")).contains("not our ref");
    }

    @Test
    void whatTheClientIsToldNamesItsRequest() throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        service.serve(new GitCall(REPO, LocalHosting.ANY_STATE, GitCall.Framing.STATELESS,
            new GitProtocol("version=2"), new GitCall.Caller("alice", "sample", "127.0.0.1", Lane.Kind.PEOPLE,
                RefLimits.NONE, Optional.of(new RequestId("3f9a"))),
            new ByteArrayInputStream((FETCH + packets(4, i -> "want " + id(i)) + "0000")
                .getBytes(StandardCharsets.ISO_8859_1)), answer, OutputStream.nullOutputStream()));
        assertThat(answer.toString(StandardCharsets.ISO_8859_1))
            .contains("(fetch.wants-max)").contains("(request 3f9a)");
    }

    @Test
    void prefixesThatAreMuchTogetherAreForgotten() throws IOException {
        GitService usual = new UploadPack(hosting, UploadLimits.DEFAULT, Agent.ofRelease("test"),
            NoPackCache.in(Files.createDirectory(directory.resolve("prefixes"))));
        for (int count : new int[] {64, 70}) { // of 65,000 characters each
            String listed = ask(usual, GitCall.Framing.STATELESS, 2, packet("command=ls-refs") + "0001"
                + packets(count, i -> "ref-prefix refs/" + (char) ('a' + i % 26) + "x".repeat(64_994)) + "0000");
            assertThat(listed.contains("refs/heads/main")).as("all are listed: %d prefixes", count)
                .isEqualTo(count == 70);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void moreHavesThanTheLimitAreRefused(int version) throws IOException {
        String start = version == 2 ? FETCH + packet("want " + main) : packet("want " + main) + "0000";
        assertThat(ask(version, start + packets(5, i -> "have " + id(i)) + "0000"))
            .contains("ERR more than 4 haves in one fetch, the limit of this server (fetch.haves-max)");
        assertThat(ask(version, start + packets(4, i -> "have " + id(i)) + "0000")).contains("NAK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"want", "have", "shallow"})
    void namesWhoseHashesAreEqualTakeNoLongerThanOthers(String word) throws IOException {
        UploadLimits wide = new UploadLimits(200_000, 200_000, 200_000, 2, 100, new ByteSize(64 << 20), 2, 1,
            Duration.ofMinutes(1));
        String answer = ask(new UploadPack(hosting, wide, Agent.ofRelease("test"), NoPackCache.in(directory)),
            GitCall.Framing.STATELESS, 2,
            FETCH + packets(200_000, i -> word + ' ' + id(i)) + packet("want " + id(0)) + "0000");
        assertThat(answer).contains("not our ref");
    }

    @ParameterizedTest
    @ValueSource(strings = {"have", "have ", "have x", "want", "shallow"})
    void aLineWithoutAnIdBreaksTheProtocolNotTheServer(String line) throws IOException {
        String error = "ERR git upload-pack: protocol error, expected to get object ID, not '" + line + "'";
        assertThat(ask(2, FETCH + packet(line) + "0000")).contains(error);
        assertThat(ask(0, packet(line) + "0000")).contains(error);
    }

    @Test
    void moreWantedRefsThanTheLimitAreRefused() throws IOException {
        assertThat(ask(2, FETCH + packet("want-ref refs/heads/main") + packets(3, i -> "want " + id(i)) + "0000"))
            .contains("ERR more than 3 wants in one fetch");
    }

    @Test
    void moreShallowCommitsAndExcludedRefsThanTheLimitsAreRefused() throws IOException {
        assertThat(ask(2, FETCH + packets(3, i -> "shallow " + id(i)) + "0000"))
            .contains("ERR more than 2 shallow commits in one fetch, the limit of this server (fetch.shallow-max)");
        assertThat(ask(2, FETCH + packets(3, i -> "deepen-not main") + "0000"))
            .contains("ERR more than 2 excluded refs in one fetch, the limit of this server (fetch.deepen-not-max)");
    }

    @Test
    void moreBytesThanTheLimitAreRefusedEvenIfTheySayNothing() throws IOException {
        String error = "ERR the request is longer than 3000 bytes, the limit of this server (fetch.request-max)";
        assertThat(ask(2, FETCH + packets(100, i -> "want " + id(0)) + "0000")).contains(error);
        assertThat(ask(2, packets(100, i -> "server-option=" + "x".repeat(30)) + "0000")).contains(error);
        assertThat(ask(2, packet("command=ls-refs") + "0001" + packets(200, i -> "ref-prefix refs/") + "0000"))
            .contains(error);
        String rounds = packet("want " + main + " multi_ack_detailed") + "0000" + "0000".repeat(1000);
        assertThat(ask(GitCall.Framing.DUPLEX, 0, rounds)).contains(error);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void longRequestsShareMemoryAndGiveItBack(int version) throws IOException {
        String wants = (version == 2 ? FETCH : "") + packets(3000, i -> "want " + id(i)) + "0000";
        int heapBytes = 8 * 500_000; // for 2,000 lines of 50 bytes beyond the first 64 KiB
        GitService room = withMemory(heapBytes);
        for (int i = 0; i < 3; i++) {
            assertThat(ask(room, GitCall.Framing.STATELESS, version, wants)).as("fetch %d", i).contains("not our ref");
        }
        assertThatThrownBy(() -> ask(withMemory(heapBytes / 2), GitCall.Framing.STATELESS, version, wants))
            .hasMessageContaining(new Served.Refused(new Refusal.OverLimit("long requests fill the memory that this"
                + " server has for them, an eighth of its heap; try again in a moment, or name fewer refs at a time"))
                .toString());
    }

    private GitService withMemory(long heapBytes) throws IOException {
        return new UploadPack(hosting, UploadLimits.DEFAULT, Agent.ofRelease("test"),
            NoPackCache.in(Files.createTempDirectory(directory, "memory")),
            WorkTurns.of(WorkSettings.DEFAULT, 1, Duration.ofMinutes(1)), RequestMemory.in(heapBytes));
    }

    @Test
    void longAndDeepFiltersAreRefused() throws IOException {
        String deep = "filter " + "combine:".repeat(200) + "blob:none";
        assertThat(ask(2, FETCH + packet(deep) + "0000"))
            .contains("ERR a filter-spec of 1609 characters, at most 100 are accepted (fetch.filter-max)");
        assertThat(ask(2, FETCH + packet("filter blob:limit=99999999999999999999") + "0000"))
            .contains("ERR git upload-pack: invalid filter-spec");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepen 0", "deepen -1", "deepen 2147483648", "deepen x", "deepen ", "deepen-since 0",
        "deepen-since -1", "deepen-since 99999999999999999999"})
    void aDepthThatIsNoneIsRefused(String line) throws IOException {
        assertThat(ask(2, FETCH + packet("want " + main) + packet(line) + "0000")).contains("ERR Invalid deepen");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepen 2147483646", "deepen 2147483647", "deepen-since 1"})
    void theGreatestDepthsEndAtTheRoots(String line) throws IOException {
        assertThat(ask(2, FETCH + packet("want " + main) + packet(line) + packet("done") + "0000"))
            .contains("shallow-info", "PACK").doesNotContain("ERR", "shallow " + main);
        assertThat(ask(2, FETCH + packet("want " + main) + packet(line) + packet("deepen-relative")
            + packet("shallow " + main) + packet("done") + "0000"))
            .contains("shallow-info", "unshallow " + main, "PACK").doesNotContain("ERR");
    }

    @Test
    void moreObjectsThanTheLimitAreNotDescribed() throws IOException {
        assertThat(ask(2, packet("command=object-info") + "0001" + packets(3, i -> "oid " + id(i)) + "0000"))
            .contains("ERR object-info: more than 2 objects in one request, the limit of this server"
                + " (fetch.object-info-max)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fff1", "0003", "-001", "zzzz", "00", "0010short"})
    void whatIsNoPacketIsRefused(String bytes) throws IOException {
        assertThat(ask(2, bytes)).containsPattern("ERR (protocol error: bad line length|the remote end hung up)");
        assertThat(ask(0, bytes)).containsPattern("ERR (protocol error: bad line length|the remote end hung up)");
    }
}
