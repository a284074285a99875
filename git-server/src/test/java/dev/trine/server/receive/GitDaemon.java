package dev.trine.server.receive;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.LocalHosting;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Lets the real git client talk to a service in this process, over Git's daemon protocol on a loopback port. The path
 * of the URL is the repository's id.
 */
final class GitDaemon implements AutoCloseable {
    private final GitService service;
    private final ServerSocket socket;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();

    GitDaemon(GitService service) throws IOException {
        this.service = service;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        connections.submit(this::accept);
    }

    String url(RepoId repo) {
        return "git://127.0.0.1:" + socket.getLocalPort() + "/" + repo;
    }

    private Void accept() throws IOException {
        while (true) {
            Socket connection = socket.accept();
            connections.submit(() -> serve(connection));
        }
    }

    private Void serve(Socket connection) throws IOException {
        try (connection) {
            InputStream in = connection.getInputStream();
            int length = Integer.parseInt(new String(in.readNBytes(4), StandardCharsets.US_ASCII), 16);
            String request = new String(in.readNBytes(length - 4), StandardCharsets.US_ASCII);
            String[] parts = request.substring(request.indexOf('/') + 1).split("\0");
            GitProtocol protocol = parts.length > 3 ? new GitProtocol(parts[3]) : GitProtocol.NONE;
            OutputStream out = new BufferedOutputStream(connection.getOutputStream());
            service.serve(new GitCall(new RepoId(parts[0]), LocalHosting.ANY_STATE, GitCall.Framing.DUPLEX, protocol,
                new GitCall.Caller("alice", "test", "127.0.0.1"), in, out, OutputStream.nullOutputStream()));
            out.flush();
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        connections.shutdownNow();
    }
}
