package dev.trine.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Position;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.LocalHosting;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers to single requests of protocol v2, packet by packet as C Git's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FetchProtocolTest {
    private static final RepoId SAMPLE = new RepoId("0".repeat(31) + "1");
    private static final RepoId EMPTY = new RepoId("0".repeat(31) + "2");
    private static final String UNKNOWN = "1234567890".repeat(4);

    @TempDir
    private static Path directory;
    private final LocalHosting hosting = new LocalHosting();
    private final CGitUploadPack reference = new CGitUploadPack();
    private GitService ours;

    @BeforeAll
    void host() throws IOException {
        ours = new UploadPack(hosting, UploadLimits.DEFAULT, Agent.ofRelease("test"), NoPackCache.in(directory));
        SampleHistory.create(directory.resolve("sample"));
        Git sample = new Git(directory.resolve("sample"));
        sample.run("symbolic-ref", "refs/heads/alias", "refs/heads/side");
        sample.run("symbolic-ref", "refs/heads/broken", "refs/heads/nowhere");
        for (String key : List.of("uploadpack.allowRefInWant", "uploadpack.allowSidebandAll",
            "transfer.advertiseObjectInfo")) {
            sample.run("config", key, "true");
        }
        Files.createDirectory(directory.resolve("empty"));
        new Git(directory.resolve("empty")).run("init", "--quiet", "--bare", "-b", "trunk", ".");
        hosting.host(SAMPLE, directory.resolve("sample"));
        hosting.host(EMPTY, directory.resolve("empty"));
        reference.host(SAMPLE, directory.resolve("sample"));
        reference.host(EMPTY, directory.resolve("empty"));
    }

    /** Lines of one request; "--" is a delimiter packet, and the flush packet at the end is not written. */
    record Request(RepoId repo, List<String> lines) {
        @Override
        public String toString() {
            return (repo.equals(EMPTY) ? "empty: " : "") + String.join(" ", lines);
        }
    }

    private static Request request(String... lines) {
        return new Request(SAMPLE, List.of(lines));
    }

    private static Request requestOfEmpty(String... lines) {
        return new Request(EMPTY, List.of(lines));
    }

    static Stream<Request> requests() {
        String lsRefs = "command=ls-refs";
        String fetch = "command=fetch";
        return Stream.of(
            request(lsRefs), request(lsRefs, "--", "peel", "symrefs", "unborn"), request(lsRefs, "--", "symrefs"),
            request(lsRefs, "--", "ref-prefix refs/heads/"), request(lsRefs, "--", "ref-prefix HEAD"),
            request(lsRefs, "--", "peel", "ref-prefix refs/tags/v", "ref-prefix refs/heads/m"),
            request(lsRefs, "--", "ref-prefix refs/tags/v1", "ref-prefix refs/tags/", "ref-prefix refs/tags/v1"),
            request(lsRefs, "--", "ref-prefix refs/nothing/"), request(lsRefs, "--", "ref-prefix "),
            requestOfEmpty(lsRefs, "--", "symrefs", "unborn", "ref-prefix HEAD"),
            requestOfEmpty(lsRefs, "--", "symrefs"), requestOfEmpty(lsRefs, "--", "unborn"),
            request("command=object-info", "--", "size", "oid MAIN", "oid MAIN:README", "oid MAIN^{tree}"),
            request(fetch, "--", "have MAIN~3", "want MAIN", "have " + UNKNOWN),
            request(fetch, "--", "want MAIN", "have " + UNKNOWN),
            request(fetch, "--", "wait-for-done", "want MAIN", "have MAIN~3"),
            request(fetch, "--", "wait-for-done", "have MAIN~3", "have " + UNKNOWN),
            request(fetch, "--", "want-ref refs/heads/side", "want MAIN", "have SIDE", "have MAIN", "done",
                "no-progress"),
            request(fetch, "--", "sideband-all", "want MAIN", "have MAIN", "done", "no-progress"),
            request(fetch, "--", "sideband-all", "want MAIN", "have MAIN~1"),
            request(fetch, "--", "want MAIN", "deepen 1", "shallow MAIN~2", "have MAIN", "done", "no-progress"),
            request(fetch, "--", "want MAIN", "deepen 2", "deepen-relative", "shallow MAIN~2", "have MAIN", "done",
                "no-progress"));
    }

    static Stream<Request> refused() {
        String fetch = "command=fetch";
        return Stream.of(
            request("command=nonsense"), request("nonsense"), request("command=ls-refs", "command=fetch"),
            request(fetch, "--", "want " + UNKNOWN, "done"), request(fetch, "--", "want nonsense"),
            request(fetch, "--", "want-ref refs/heads/nowhere", "done"),
            request(fetch, "--", "want MAIN", "deepen 0", "done"), request(fetch, "--", "want MAIN", "deepen x"),
            request(fetch, "--", "want MAIN", "deepen-since x"),
            request(fetch, "--", "want MAIN", "deepen-not refs/heads/nowhere", "done"),
            request(fetch, "--", "want MAIN", "deepen-since 2000000000", "done"),
            request(fetch, "--", "nonsense"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestIsAnsweredAsByCGit(Request request) throws IOException {
        assertThat(packets(ask(ours, request))).isEqualTo(packets(ask(reference, request))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatCGitRefusesIsRefusedInOneErrorPacket(Request request) throws IOException {
        assertThat(ask(reference, request)).as("C Git serves no pack either").doesNotContain("PACK");
        List<String> answer = packets(ask(ours, request));
        assertThat(answer.getLast()).startsWith("ERR ").hasSizeGreaterThan(10);
        assertThat(answer).doesNotContain("packfile");
    }

    @Test
    void aFilterThatIsNotSupportedIsRefusedInGitsWords() throws IOException {
        assertThat(packets(ask(ours, request("command=fetch", "--", "want MAIN", "filter sparse:oid=MAIN:README"))))
            .containsExactly("ERR git upload-pack: filter 'sparse:oid' not supported");
        assertThat(packets(ask(ours, request("command=fetch", "--", "want MAIN", "filter sparse:path=x"))))
            .containsExactly("ERR git upload-pack: filter 'sparse:path' not supported");
        assertThat(packets(ask(ours, request("command=fetch", "--", "want MAIN", "filter nonsense"))))
            .containsExactly("ERR git upload-pack: invalid filter-spec 'nonsense'");
    }

    @Test
    void anObjectThatIsNotThereHasNoSize() throws IOException {
        assertThat(packets(ask(ours, request("command=object-info", "--", "size", "oid " + UNKNOWN))))
            .containsExactly("size", UNKNOWN + " ", "0000");
    }

    @Test
    void aSha256ClientGetsOneSentence() throws IOException {
        assertThat(packets(ask(ours, request("command=ls-refs", "object-format=sha256")))).containsExactly(
            "ERR this server hosts SHA-1 repositories only and yours is sha256; create it with --object-format=sha1");
    }

    @Test
    void whoFetchesAStateThatMayBeOldIsToldItsVersion() throws IOException {
        Request clone = request("command=fetch", "--", "want MAIN", "done", "no-progress");
        assertThat(ask(ours, clone, new ReadPoint.StaleAllowed(1, Position.START)))
            .contains("\2trine: possibly old: version 0; too few nodes answer").contains("PACK");
        assertThat(ask(ours, clone)).doesNotContain("possibly old");
    }

    private String ask(GitService service, Request request) throws IOException {
        return ask(service, request, LocalHosting.ANY_STATE);
    }

    private String ask(GitService service, Request request, ReadPoint at) throws IOException {
        Git sample = new Git(directory.resolve("sample"));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String line : request.lines()) {
            body.writeBytes((line.equals("--") ? "0001" : packet(resolve(sample, line)))
                .getBytes(StandardCharsets.US_ASCII));
        }
        body.writeBytes("0000".getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        service.serve(new GitCall(request.repo(), at, GitCall.Framing.STATELESS,
            new GitProtocol("version=2"), new GitCall.Caller("alice", "sample", "127.0.0.1"),
            new ByteArrayInputStream(body.toByteArray()), answer, OutputStream.nullOutputStream()));
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    private static String packet(String line) {
        return String.format("%04x%s\n", line.length() + 5, line);
    }

    private static String resolve(Git sample, String line) {
        String last = line.substring(line.lastIndexOf(' ') + 1);
        return last.startsWith("MAIN") || last.startsWith("SIDE") ? line.substring(0, line.length() - last.length())
            + sample.run("rev-parse", "refs/heads/" + last.substring(0, 4).toLowerCase() + last.substring(4)).strip()
            : line;
    }

    /** The packets without line feeds and progress; those of a pack become one, with the number of objects. */
    private static List<String> packets(String answer) {
        List<String> packets = new ArrayList<>();
        StringBuilder pack = new StringBuilder();
        for (int at = 0; at < answer.length();) {
            int length = Math.max(4, Integer.parseInt(answer.substring(at, at + 4), 16));
            String content = length == 4 ? answer.substring(at, at + 4) : answer.substring(at + 4, at + length);
            boolean inPack = !packets.isEmpty() && packets.getLast().endsWith("packfile");
            if (inPack && content.startsWith("\1")) {
                pack.append(content, 1, content.length());
            } else if (!content.startsWith("\2")) {
                packets.add(content.endsWith("\n") ? content.substring(0, content.length() - 1) : content);
            }
            at += length;
        }
        if (!pack.isEmpty()) {
            assertThat(pack).startsWith("PACK");
            packets.add("a pack of " + (pack.charAt(10) << 8 | pack.charAt(11)) + " objects");
        }
        return packets;
    }
}
