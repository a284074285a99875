package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Cli;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A gRPC server with an {@link InMemoryAdmin}, a cluster file that leads to it, and the commands to be tried on it. */
final class AdminFixture implements AutoCloseable {
    static final String TOKEN = "good-token";

    private final Server server;
    private final int port;
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private String stdin = "";
    private Optional<String> typed = Optional.empty();

    private AdminFixture(Server server, Path directory) {
        this.server = server;
        this.port = server.getPort();
        this.directory = directory;
    }

    /** What a command did. */
    record Result(int exit, String out, String err) {
    }

    @Command(name = "trine")
    private static final class Root {
    }

    static AdminFixture start(Path directory, InMemoryAdmin admin) throws IOException {
        return start(directory, admin, InsecureServerCredentials.create());
    }

    static AdminFixture start(Path directory, InMemoryAdmin admin, ServerCredentials credentials) throws IOException {
        Server server = Grpc.newServerBuilderForPort(0, credentials)
            .intercept(new TokenCheck()).addService(admin)
            .addService(new InMemoryUpstreams()).build().start();
        AdminFixture fixture = new AdminFixture(server, directory);
        fixture.writeClusterFile(directory.resolve(".trine/client.yaml"), fixture.api(), TOKEN);
        return fixture;
    }

    String api() {
        return "http://127.0.0.1:" + port;
    }

    Path writeClusterFile(Path file, String api, String token) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "http: http://127.0.0.1:1\nssh: ssh://127.0.0.1:2\napi: " + api + "\ntoken: "
            + token + "\n");
    }

    AdminFixture environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    AdminFixture standardInput(String text) {
        stdin = text;
        return this;
    }

    /** What somebody at the terminal will answer; without it there is nobody. */
    AdminFixture typing(String answer) {
        typed = Optional.of(answer);
        return this;
    }

    void stopServer() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }

    Result run(String... args) {
        CommandLine root = new CommandLine(new Root());
        new AdminCommands(environment, directory, question -> typed,
            new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8))).addTo(root);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        root.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        Cli.configure(root);
        int exit = root.execute(args);
        return new Result(exit, out.toString(), err.toString());
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }

    /** Refuses whoever does not carry the token. */
    private static final class TokenCheck implements ServerInterceptor {
        private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            if (!("Bearer " + TOKEN).equals(headers.get(AUTHORIZATION))) {
                call.close(Status.UNAUTHENTICATED.withDescription("unknown token"), new Metadata());
                return new ServerCall.Listener<>() {
                };
            }
            return next.startCall(call, headers);
        }
    }
}
