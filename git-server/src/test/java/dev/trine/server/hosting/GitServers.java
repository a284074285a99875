package dev.trine.server.hosting;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.trine.common.model.RepoId;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * The least transports by which the real git client reaches a service in this process: Git's daemon protocol, which is
 * one connection in both directions, and smart HTTP, which is stateless. The path of a URL is the repository's id.
 */
public final class GitServers implements AutoCloseable {
    private final GitService service;
    private final ServerSocket daemon;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Servers of that service alone, on ports of their own. */
    public GitServers(GitService service) throws IOException {
        this.service = service;
        this.daemon = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        http.createContext("/", this::serve);
        http.setExecutor(threads);
        http.start();
        threads.submit(this::accept);
    }

    /** Where the daemon protocol reaches a repository. */
    public String daemonUrl(RepoId repo) {
        return "git://127.0.0.1:" + daemon.getLocalPort() + "/" + repo;
    }

    /** Where smart HTTP reaches a repository. */
    public String httpUrl(RepoId repo) {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/" + repo;
    }

    private Void accept() throws IOException {
        while (true) {
            Socket connection = daemon.accept();
            connection.setTcpNoDelay(true);
            threads.submit(() -> serve(connection));
        }
    }

    private Void serve(Socket connection) throws IOException {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            int length = Integer.parseInt(new String(in.readNBytes(4), StandardCharsets.US_ASCII), 16);
            String request = new String(in.readNBytes(length - 4), StandardCharsets.US_ASCII);
            String[] parts = request.substring(request.indexOf('/') + 1).split("\0");
            call(parts[0], GitCall.Framing.DUPLEX, parts.length > 3 ? parts[3] : "", in,
                new BufferedOutputStream(connection.getOutputStream(), 1 << 16));
        }
        return null;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean advertise = path.endsWith("/info/refs");
            String name = advertise ? exchange.getRequestURI().getQuery().substring("service=".length())
                : path.substring(path.lastIndexOf('/') + 1);
            exchange.getResponseHeaders().set("Content-Type", "application/x-" + name
                + (advertise ? "-advertisement" : "-result"));
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16);
            if (advertise) {
                String line = "# service=" + name + "\n";
                out.write(String.format("%04x%s0000", line.length() + 4, line).getBytes(StandardCharsets.US_ASCII));
            }
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream in = gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
            String protocol = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Git-Protocol")).orElse("");
            call(path.split("/")[1], advertise ? GitCall.Framing.ADVERTISE : GitCall.Framing.STATELESS, protocol, in,
                out);
        }
    }

    private void call(String repo, GitCall.Framing framing, String protocol, InputStream in, OutputStream out)
        throws IOException {
        service.serve(new GitCall(new RepoId(repo), LocalHosting.ANY_STATE, framing, new GitProtocol(protocol),
            new GitCall.Caller("alice", repo, "127.0.0.1"), in, out, OutputStream.nullOutputStream()));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        daemon.close();
        http.stop(0);
        threads.shutdownNow();
    }
}
