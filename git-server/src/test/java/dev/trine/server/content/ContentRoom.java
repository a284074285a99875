package dev.trine.server.content;

import dev.trine.common.config.ByteSize;
import dev.trine.common.model.RepoId;
import dev.trine.server.admission.WorkSettings;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.kept.StreamCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A repository with a work tree, and the service that serves its content. */
final class ContentRoom implements AutoCloseable {
    static final RepoId REPO = new RepoId("c".repeat(32));
    static final RawSettings RAW = new RawSettings(new ByteSize(4 << 20));

    private final Path directory;
    private final Git git;
    private final LocalHosting hosting = new LocalHosting();
    private final StreamCache cache;
    private final Contents contents;

    ContentRoom(Path directory, RawSettings raw, ArchiveSettings archives) throws IOException {
        this.directory = Files.createDirectories(directory.resolve("work"));
        this.git = new Git(this.directory);
        git.run("init", "--quiet");
        hosting.host(REPO, this.directory.resolve(".git"));
        cache = StreamCache.open(directory.resolve("cache"), archives.cacheLimits(), 0);
        contents = new Contents(hosting, raw, archives, cache,
            WorkTurns.of(WorkSettings.DEFAULT, 4, Duration.ofMinutes(1)));
    }

    Git git() {
        return git;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    LocalHosting hosting() {
        return hosting;
    }

    StreamCache cache() {
        return cache;
    }

    /** Writes a file and puts it into the index. */
    void add(String name, byte[] content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        git.run("add", "--", name);
    }

    void add(String name, String content) throws IOException {
        add(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Download file(String revisionAndPath) {
        return ask(new Wanted.File(revisionAndPath), Conditions.NONE);
    }

    Download archive(String revision, ArchiveFormat format, String prefix, String... paths) {
        return ask(new Wanted.Archive(revision, format, prefix, List.of(paths)), Conditions.NONE);
    }

    Download ask(Wanted wanted, Conditions conditions) {
        Download download = new Download();
        Optional<Refusal> refusal = serve(wanted, conditions, download);
        if (refusal.isPresent()) {
            throw new AssertionError(refusal.get().toString());
        }
        return download;
    }

    Optional<Refusal> serve(Wanted wanted, Conditions conditions, ContentClient client) {
        try {
            return contents.serve(new ContentCall(REPO, LocalHosting.ANY_STATE,
                new GitCall.Caller("alice", "g/r", "192.0.2.1"), wanted, conditions), client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
