package dev.trine.server.upload;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ByteSize;
import dev.trine.common.fuzz.Hostile;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.pkt.ProtocolErrorException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a client asks for, it gets an answer or a sentence; nothing that it says is a defect of the server. */
class FetchFuzzTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");
    private static final String DEFECT = "the server failed to read or write";
    private static final LocalHosting HOSTING = new LocalHosting();
    private static Path directory;
    private static GitService service;
    private static String main;
    private static String side;

    @BeforeContainer
    static void host() throws IOException {
        directory = Files.createTempDirectory("trine-fuzz");
        SampleHistory.create(directory.resolve("sample"));
        HOSTING.host(REPO, directory.resolve("sample"));
        service = new UploadPack(HOSTING,
            new UploadLimits(20, 20, 20, 5, 100, new ByteSize(20_000), 5, 2, Duration.ofMinutes(1)),
            Agent.ofRelease("test"), NoPackCache.in(directory));
        main = new Git(directory.resolve("sample")).run("rev-parse", "main").strip();
        side = new Git(directory.resolve("sample")).run("rev-parse", "side~2").strip();
    }

    @AfterContainer
    static void remove() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<List<String>> requests() {
        Arbitrary<String> sound = Arbitraries.of("command=fetch", "command=ls-refs", "command=object-info", "--", "--",
            "object-format=sha1", "agent=x", "want MAIN", "want SIDE", "have SIDE", "have MAIN", "shallow SIDE", "done",
            "deepen 1", "deepen 2147483647", "deepen-since 1500000000", "deepen-not main", "deepen-relative",
            "filter blob:none", "filter tree:0", "filter combine:tree:1+blob:limit=1k", "want-ref refs/heads/main",
            "sideband-all", "wait-for-done", "include-tag", "thin-pack", "ofs-delta", "no-progress", "peel", "symrefs",
            "unborn", "ref-prefix refs/heads/", "size", "oid MAIN",
                "want MAIN multi_ack_detailed side-band-64k no-done",
            "want MAIN\0multi_ack side-band", "", "0000", "0001");
        Arbitrary<String> wild = Hostile.text("want ", "have ", "shallow ", "MAIN", "SIDE", "0".repeat(40), "deepen ",
            "deepen-since ", "deepen-not ", "filter ", "combine:", "blob:limit=", "tree:", "object:type=",
                "sparse:oid=",
            "+", "%2B", "9".repeat(18), "k", "want-ref ", "refs/heads/main", "ref-prefix ", "command=", "oid ",
            "object-format=");
        return Arbitraries.frequencyOf(Tuple.of(5, sound), Tuple.of(1, wild)).list()
            .ofMaxSize(14);
    }

    @Provide
    Arbitrary<GitCall.Framing> framings() {
        return Arbitraries.of(GitCall.Framing.STATELESS, GitCall.Framing.DUPLEX);
    }

    @Provide
    Arbitrary<String> protocols() {
        return Arbitraries.of("", "version=1", "version=2", "version=2", "version=2:x=y");
    }

    @Property(tries = 1500, seed = SEED)
    void anyRequestIsAnsweredOrRefused(@ForAll("requests") List<String> lines, @ForAll("protocols") String protocol,
                                       @ForAll("framings") GitCall.Framing framing) {
        assertThat(answer(body(lines), protocol, framing)).doesNotContain(DEFECT);
    }

    @Provide
    Arbitrary<byte[]> damagedRequests() {
        return Hostile.damaged(
            body(List.of("command=fetch", "--", "want MAIN", "have SIDE", "deepen 3", "filter tree:2", "done")),
            body(List.of("want MAIN side-band-64k", "shallow SIDE", "0000", "have SIDE", "done")),
            body(List.of("command=ls-refs", "--", "peel", "ref-prefix refs/")));
    }

    @Property(tries = 1000, seed = SEED)
    void aDamagedRequestIsAnsweredOrRefused(@ForAll("damagedRequests") byte[] body,
                                            @ForAll("protocols") String protocol) {
        assertThat(answer(body, protocol, GitCall.Framing.STATELESS)).doesNotContain(DEFECT);
    }

    @Provide
    Arbitrary<String> filters() {
        return Hostile.text("combine:", "blob:none", "blob:limit=", "tree:", "object:type=", "commit", "sparse:oid=",
            "+",
            "%2B", "%3A", "9".repeat(18), "1", "k", "g");
    }

    @Property(tries = 5000, seed = SEED)
    void aFilterIsReadOrRefused(@ForAll("filters") String spec) {
        assertThat(Hostile.bounded(() -> {
            try {
                return Filter.parse(spec).toString();
            } catch (ProtocolErrorException refused) {
                return refused.getMessage();
            }
        })).isNotEmpty();
    }

    /** A delimiter is "--", a flush packet "0000"; one is written at the end. */
    private static byte[] body(List<String> lines) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String line : lines) {
            switch (line) {
                case "--" -> body.writeBytes("0001".getBytes(StandardCharsets.US_ASCII));
                case "0000", "0001" -> body.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
                default -> {
                    byte[] content = line.replace("MAIN", String.valueOf(main)).replace("SIDE", String.valueOf(side))
                        .getBytes(StandardCharsets.UTF_8);
                    body.writeBytes(String.format("%04x", content.length + 4).getBytes(StandardCharsets.US_ASCII));
                    body.writeBytes(content);
                }
            }
        }
        body.writeBytes("0000".getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    private static String answer(byte[] body, String protocol, GitCall.Framing framing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Hostile.bounded(() -> service.serve(new GitCall(REPO, LocalHosting.ANY_STATE, framing,
            new GitProtocol(protocol), new GitCall.Caller("alice", "sample", "127.0.0.1"),
            new ByteArrayInputStream(body), out, OutputStream.nullOutputStream())));
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
