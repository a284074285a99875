package dev.trine.deploy.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Over the stock ssh command, a connection for each piece of work, as git itself does it. Used by many threads. */
final class RawSsh implements RawGit {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int END_SECONDS_MAX = 30;

    private final String command;

    /**
     * A client.
     *
     * @param environment whose GIT_SSH_COMMAND lets the client in
     */
    RawSsh(Map<String, String> environment) {
        this.command = environment.get("GIT_SSH_COMMAND");
    }

    /** Something done over one connection. */
    private interface Conversation {
        long talk(InputStream in, OutputStream out) throws IOException;
    }

    @Override
    public long fetch(String url, FetchRequest request) throws IOException, InterruptedException {
        return connect(url, "git-upload-pack", true, (in, out) -> {
            PktLines.readMessage(in, line -> { });
            out.write(FetchRequest.listing(request.prefixes()));
            out.flush();
            List<String> objects = new ArrayList<>();
            PktLines.readRefs(in, objects);
            out.write(request.fetching(objects));
            out.flush();
            return PktLines.readPack(in);
        });
    }

    @Override
    public long list(String url, List<String> prefixes) throws IOException, InterruptedException {
        return connect(url, "git-upload-pack", true, (in, out) -> {
            PktLines.readMessage(in, line -> { });
            out.write(FetchRequest.listing(prefixes));
            out.flush();
            return PktLines.readRefs(in, new ArrayList<>());
        });
    }

    @Override
    public void push(String url, RefMove move) throws IOException, InterruptedException {
        connect(url, "git-receive-pack", false, (in, out) -> {
            PktLines.readMessage(in, line -> { });
            out.write(move.request());
            out.flush();
            byte[] answer = in.readAllBytes();
            if (!move.isDone(answer)) {
                throw new IOException("a push to " + url + " was answered: " + PktLines.printable(answer));
            }
            return 0;
        });
    }

    private long connect(String url, String service, boolean v2, Conversation conversation)
        throws IOException, InterruptedException {
        URI host = URI.create(url);
        String options = (v2 ? " -o SendEnv=GIT_PROTOCOL" : "") + " -p " + host.getPort();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "exec " + command + options + " " + host.getUserInfo()
            + "@" + host.getHost() + " \"" + service + " '" + host.getPath() + "'\"")
            .redirectError(ProcessBuilder.Redirect.INHERIT);
        if (v2) {
            builder.environment().put("GIT_PROTOCOL", "version=2");
        }
        Process ssh = builder.start();
        try (InputStream in = new BufferedInputStream(ssh.getInputStream(), BUFFER_BYTES);
             OutputStream out = ssh.getOutputStream()) {
            long result = conversation.talk(in, out);
            out.close();
            if (!ssh.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("ssh to " + url + " does not end");
            }
            return result;
        } finally {
            ssh.destroyForcibly();
        }
    }

    @Override
    public void close() {
        // holds nothing open
    }
}
