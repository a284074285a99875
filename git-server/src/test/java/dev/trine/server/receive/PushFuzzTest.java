package dev.trine.server.receive;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ByteSize;
import dev.trine.common.fuzz.Hostile;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.LocalHosting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a client pushes, it is carried out, or refused in a sentence; nothing that it says is a server's defect. */
class PushFuzzTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");
    private static Path directory;
    private static Git git;
    private static String head;
    private static LocalHosting hosting;

    @BeforeContainer
    static void hostOneCommit() throws IOException {
        directory = Files.createTempDirectory("trine-fuzz");
        git = new Git(directory);
        git.run("init", "--quiet");
        head = git.commit("one");
        hosting = new LocalHosting();
        hosting.host(REPO, directory.resolve(".git"));
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
        Arbitrary<String> sound = Arbitraries.of("ZERO HEAD refs/heads/new\0report-status side-band-64k",
            "ZERO HEAD refs/heads/other", "HEAD ZERO refs/heads/new\0report-status atomic push-options",
            "shallow HEAD", "trine.push-id=abcdefgh", "HEAD HEAD refs/heads/main", "ZERO UNKNOWN refs/heads/bad",
            "ZERO HEAD refs/heads/new\0object-format=sha1 agent=x quiet");
        Arbitrary<String> wild = Hostile.text("ZERO", "HEAD", "UNKNOWN", " ", "refs/heads/", "x", "\0", "report-status",
            "side-band-64k", "push-options", "atomic", "object-format=", "shallow ", "push-cert", "trine.push-id=",
            ".lock", "PACK");
        return Arbitraries.oneOf(sound, wild).list().ofMaxSize(6);
    }

    @Property(tries = 600, seed = SEED)
    void anyRequestIsCarriedOutOrRefused(@ForAll("requests") List<String> lines) throws Exception {
        RawClient client = new RawClient(new ReceivePack(hosting,
            new ReceiveSettings(4, 1000, 2, 1, new ByteSize(4000), false, true, ReceiveSettings.Receipt.ALWAYS),
            Agent.ofRelease("0.1")), REPO);
        for (String line : lines) {
            client.line(new String(line.replace("ZERO", RawClient.ZERO).replace("UNKNOWN", RawClient.UNKNOWN)
                .replace("HEAD", head).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }
        client.flush().emptyPack();
        assertThat(Hostile.bounded(client::answer).text()).doesNotContain("the server failed to read or write");
        assertThat(git.run("rev-parse", "refs/heads/main").strip()).isEqualTo(head);
    }
}
