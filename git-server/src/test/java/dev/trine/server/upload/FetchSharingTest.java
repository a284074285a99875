package dev.trine.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.GitServers;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.kept.CachedFile;
import dev.trine.server.kept.StreamCache;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that fetch the same get the same pack, made once; clients that do not, do not. */
@Timeout(120)
final class FetchSharingTest {
    private static final RepoId REPO = new RepoId("0".repeat(31) + "1");
    private static final RepoId COPY = new RepoId("0".repeat(31) + "2");

    @TempDir
    private Path directory;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final LocalHosting hosting = new LocalHosting();
    private StreamCache cache;
    private UploadPack service;
    private GitServers servers;
    private Git sample;

    @BeforeEach
    void start() throws IOException {
        SampleHistory.create(directory.resolve("sample"));
        sample = new Git(directory.resolve("sample"));
        hosting.host(REPO, directory.resolve("sample"));
        hosting.host(COPY, directory.resolve("sample"));
        cache = StreamCache.open(directory.resolve("cache"), PackCacheSettings.DEFAULT.limits(), 0);
        service = new UploadPack(hosting, UploadLimits.DEFAULT, Agent.ofRelease("test"), cache);
        servers = new GitServers(service);
    }

    @AfterEach
    void stop() throws IOException {
        threads.shutdownNow();
        servers.close();
        cache.close();
    }

    private Git clone(RepoId repo, String name, String option) throws IOException {
        Path work = Files.createDirectory(directory.resolve(name));
        Git git = new Git(work);
        git.run("clone", "--quiet", "--bare", "--no-local", option, servers.httpUrl(repo), ".");
        git.run("fsck", "--full", "--strict");
        return git;
    }

    private byte[] fetch(OutputStream answer) throws IOException {
        String main = sample.run("rev-parse", "main").strip();
        String request = packet("command=fetch") + "0001" + packet("no-progress") + packet("want " + main)
            + packet("done") + "0000";
        service.serve(new GitCall(REPO, LocalHosting.ANY_STATE, GitCall.Framing.STATELESS,
            new GitProtocol("version=2"), new GitCall.Caller("alice", "sample", "127.0.0.1"),
            new ByteArrayInputStream(request.getBytes(StandardCharsets.ISO_8859_1)), answer,
            OutputStream.nullOutputStream()));
        return answer instanceof ByteArrayOutputStream bytes ? bytes.toByteArray() : new byte[0];
    }

    private static String packet(String line) {
        return String.format("%04x%s\n", line.length() + 5, line);
    }

    @Test
    void theSameCloneAgainIsSentTheSamePack() throws IOException {
        Git first = clone(REPO, "first", "--depth=3");
        Git second = clone(REPO, "second", "--depth=3");
        assertThat(second.run("rev-list", "--objects", "--all")).isEqualTo(first.run("rev-list", "--objects", "--all"));
        assertThat(cache.counts().hits()).isEqualTo(1);
        assertThat(cache.counts().misses()).isEqualTo(1);
    }

    @Test
    void anotherRepositoryIsNeverSentIt() throws IOException {
        clone(REPO, "first", "--depth=3");
        clone(COPY, "second", "--depth=3");
        assertThat(cache.counts().hits()).isZero();
        assertThat(cache.counts().misses()).isEqualTo(2);
    }

    @Test
    void aCloneAfterAPushHasWhatWasPushed() throws IOException {
        clone(REPO, "first", "--single-branch");
        sample.run("tag", "-a", "-m", "new", "new", "main~1");
        assertThat(clone(REPO, "second", "--single-branch").run("tag", "--list")).contains("new");
        SampleHistory.addCommit(sample, "main", "one");
        assertThat(clone(REPO, "third", "--single-branch").run("rev-parse", "main"))
            .isEqualTo(sample.run("rev-parse", "main"));
        assertThat(cache.counts().hits()).isZero();
    }

    @Test
    void manyClientsAtOnceAreServedByOneThatMakesThePack() throws Exception {
        List<Future<byte[]>> answers = IntStream.range(0, 32)
            .mapToObj(i -> threads.submit(() -> fetch(new ByteArrayOutputStream()))).toList();
        byte[] first = answers.getFirst().get();
        assertThat(new String(first, StandardCharsets.ISO_8859_1)).contains("PACK").doesNotContain("ERR");
        for (Future<byte[]> answer : answers) {
            assertThat(answer.get()).isEqualTo(first);
        }
        assertThat(cache.counts().misses()).isEqualTo(1);
        assertThat(cache.counts().hits() + cache.counts().joins()).isEqualTo(31);
    }

    @Test
    void aFirstClientThatIsSlowAndThenGoneHoldsNobodyUp() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        Future<byte[]> first = threads.submit(() -> fetch(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                reading.countDown();
                await(gone);
                throw new IOException("the client is gone");
            }
        }));
        reading.await();
        assertThat(new String(fetch(new ByteArrayOutputStream()), StandardCharsets.ISO_8859_1)).contains("PACK");
        gone.countDown();
        assertThat(first).failsWithin(Duration.ofSeconds(60)).withThrowableThat()
            .withMessageContaining("the client is gone");
        assertThat(new String(fetch(new ByteArrayOutputStream()), StandardCharsets.ISO_8859_1)).contains("PACK");
    }

    /** Of a kept pack the first block is sent by the time the second one cannot be read. */
    @Test
    void aPackThatBreaksOffInTheMiddleEndsInAnErrorThatTheLogExplains() throws IOException {
        byte[] noise = new byte[2 * CachedFile.BLOCK_BYTES];
        new Random(3).nextBytes(noise);
        SampleHistory.addCommit(sample, "main", "large");
        String blob = sample.feed(HexFormat.of().formatHex(noise), "hash-object", "-w", "--stdin").strip();
        String tree = sample.feed("100644 blob " + blob + "\tnoise\n", "mktree").strip();
        sample.run("update-ref", "refs/heads/main", sample.run("commit-tree", "-m", "noise", tree).strip());
        fetch(new ByteArrayOutputStream());
        try (Stream<Path> kept = Files.list(directory.resolve("cache"));
             FileChannel file = FileChannel.open(kept.findFirst().orElseThrow(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(100), CachedFile.BLOCK_BYTES);
        }
        assertThat(new String(fetch(new ByteArrayOutputStream()), StandardCharsets.ISO_8859_1)).contains("PACK")
            .contains("\3the server failed to read or write the repository; its log says why");
        assertThat(new String(fetch(new ByteArrayOutputStream()), StandardCharsets.ISO_8859_1)).doesNotContain("\3the");
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
