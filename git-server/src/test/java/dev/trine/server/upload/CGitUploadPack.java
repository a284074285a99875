package dev.trine.server.upload;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** C Git's own upload-pack in the place of ours: what ours is compared with. */
final class CGitUploadPack implements GitService {
    private final Map<RepoId, Path> directories = new ConcurrentHashMap<>();

    void host(RepoId repo, Path gitDirectory) {
        directories.put(repo, gitDirectory);
    }

    @Override
    public Served serve(GitCall call) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "upload-pack", "--strict"));
        switch (call.framing()) {
            case ADVERTISE -> command.addAll(List.of("--stateless-rpc", "--advertise-refs"));
            case STATELESS -> command.add("--stateless-rpc");
            case DUPLEX -> { }
        }
        command.add(directories.get(call.repo()).toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        Git.isolate(builder, directories.get(call.repo()));
        builder.environment().put("GIT_PROTOCOL", call.protocol().text());
        Process process = builder.start();
        Thread.ofVirtual().start(() -> pump(call.in(), process.getOutputStream()));
        process.getInputStream().transferTo(new Eager(call.out()));
        call.out().flush();
        try {
            return new Served.Exit(process.waitFor());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends when the client does, or when the process no longer reads: the client tells whether it got everything. */
    private static void pump(InputStream from, OutputStream to) {
        try (to) {
            from.transferTo(new Eager(to));
        } catch (IOException ended) {
            // one of both has gone, as it may
        }
    }

    /** Passes everything on at once. */
    private static final class Eager extends OutputStream {
        private final OutputStream out;

        Eager(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            out.flush();
        }
    }
}
