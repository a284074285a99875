package dev.trine.common.relay;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** An older Git host: C Git's own http-backend behind a plain HTTP server on a loopback port. */
public final class GitBackend implements AutoCloseable {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int WAITING_MAX = 100;

    private final Path root;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Request> seen = new CopyOnWriteArrayList<>();
    private volatile Optional<Canned> canned = Optional.empty();

    /** A request as it arrived. */
    public record Request(String method, String target, Headers headers) {
    }

    private record Canned(int status, Map<String, String> headers, String body) {
    }

    private GitBackend(Path root, HttpServer server) {
        this.root = root;
        this.server = server;
    }

    /** Starts it over a directory of bare repositories. */
    public static GitBackend start(Path root) throws IOException {
        return start(root, HttpServer.create(ANY_PORT, WAITING_MAX));
    }

    /** Starts it over a directory of bare repositories, for who speaks TLS. */
    public static GitBackend start(Path root, SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(ANY_PORT, WAITING_MAX);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return start(root, server);
    }

    private static GitBackend start(Path root, HttpServer server) throws IOException {
        GitBackend backend = new GitBackend(Files.createDirectories(root), server);
        server.setExecutor(backend.threads);
        server.createContext("/", backend::handle);
        server.start();
        return backend;
    }

    /** Makes an empty repository that takes pushes. */
    public Path create(String path) throws IOException, InterruptedException {
        Path bare = root.resolve(path + ".git");
        Files.createDirectories(bare.getParent());
        FakeCluster.bareRepository(bare);
        Files.writeString(bare.resolve("config"), "[http]\n\treceivepack = true\n",
            StandardOpenOption.APPEND);
        return bare;
    }

    /** URL below which its repositories are. */
    public URI url() {
        return URI.create((server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:"
            + server.getAddress().getPort());
    }

    /** What it was asked. */
    public List<Request> seen() {
        return seen;
    }

    /** Answers everything so from now on, without reading a body. */
    public void answer(int status, Map<String, String> headers, String body) {
        canned = Optional.of(new Canned(status, headers, body));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = new Headers();
            headers.putAll(exchange.getRequestHeaders());
            seen.add(new Request(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers));
            if (canned.isPresent()) {
                byte[] body = canned.get().body().getBytes(StandardCharsets.UTF_8);
                canned.get().headers().forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(canned.get().status(), body.length == 0 ? -1 : body.length);
                if (body.length > 0) {
                    exchange.getResponseBody().write(body);
                }
            } else {
                run(exchange);
            }
        }
    }

    private void run(HttpExchange exchange) throws IOException {
        Process process = backend(exchange).start();
        Thread feeder = Thread.ofVirtual().start(() -> feed(exchange.getRequestBody(), process));
        try (InputStream out = new BufferedInputStream(process.getInputStream())) {
            int status = 200;
            for (String line = line(out); !line.isEmpty(); line = line(out)) {
                String[] header = line.split(": ", 2);
                if (header[0].equals("Status")) {
                    status = Integer.parseInt(header[1].substring(0, 3));
                } else {
                    exchange.getResponseHeaders().add(header[0], header[1]);
                }
            }
            exchange.sendResponseHeaders(status, 0);
            OutputStream body = exchange.getResponseBody();
            byte[] buffer = new byte[8192];
            for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
                body.write(buffer, 0, n);
                body.flush();
            }
            body.close();
        } finally {
            process.destroy();
            feeder.interrupt();
        }
    }

    private ProcessBuilder backend(HttpExchange exchange) {
        ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
        Map<String, String> variables = builder.environment();
        variables.putAll(Map.of("GIT_PROJECT_ROOT", root.toString(), "GIT_HTTP_EXPORT_ALL", "1",
            "GIT_CONFIG_NOSYSTEM", "1", "GIT_CONFIG_GLOBAL", "/dev/null", "REMOTE_USER", "somebody",
            "REQUEST_METHOD", exchange.getRequestMethod(), "PATH_INFO", exchange.getRequestURI().getPath(),
            "QUERY_STRING", Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("")));
        Map.of("Content-Type", "CONTENT_TYPE", "Content-Length", "CONTENT_LENGTH", "Content-Encoding",
            "HTTP_CONTENT_ENCODING", "Git-Protocol", "GIT_PROTOCOL").forEach((header, variable) ->
            Optional.ofNullable(exchange.getRequestHeaders().getFirst(header))
                .ifPresent(value -> variables.put(variable, value)));
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    private static void feed(InputStream from, Process to) {
        try (OutputStream in = to.getOutputStream()) {
            from.transferTo(in);
        } catch (IOException ended) {
            // the program has read what it wanted, or the client is gone
        }
    }

    private static String line(InputStream in) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                line.write(b);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
