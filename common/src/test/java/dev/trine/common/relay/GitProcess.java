package dev.trine.common.relay;

import dev.trine.proto.GitOpen;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;

/** One run of a program of C Git, between the two halves of a gRPC call, with back-pressure both ways. */
final class GitProcess {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final String program;
    private final Map<String, Path> repositories;
    private final ServerCallStreamObserver<GitResponse> responses;
    private final BlockingQueue<Optional<GitRequest>> input = new LinkedBlockingQueue<>();
    private volatile Process process;

    GitProcess(String program, Map<String, Path> repositories, ServerCallStreamObserver<GitResponse> responses) {
        this.program = program;
        this.repositories = repositories;
        this.responses = responses;
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    void take(GitRequest request) {
        if (request.hasOpen()) {
            start(request.getOpen());
            responses.request(1);
        } else {
            input.add(Optional.of(request));
        }
    }

    void endOfInput() {
        input.add(Optional.empty());
    }

    synchronized void ready() {
        notifyAll();
    }

    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
        ready();
    }

    private void start(GitOpen open) {
        List<String> command = new ArrayList<>(List.of("git", program));
        switch (open.getFraming()) {
            case ADVERTISE -> command.addAll(List.of("--stateless-rpc", "--http-backend-info-refs"));
            case STATELESS -> command.add("--stateless-rpc");
            case DUPLEX, FRAMING_UNSPECIFIED, UNRECOGNIZED -> { }
        }
        String path = open.getPath().replaceFirst("^/", "").replaceFirst("\\.git$", "");
        command.add(repositories.get(path).toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("GIT_PROTOCOL", open.getGitProtocol());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::pumpInput);
        Thread.ofVirtual().start(this::pumpOutput);
    }

    private void pumpInput() {
        try (OutputStream stdin = process.getOutputStream()) {
            for (Optional<GitRequest> next = input.take(); next.isPresent(); next = input.take()) {
                next.get().getData().writeTo(stdin);
                if (input.isEmpty()) {
                    stdin.flush();
                }
                responses.request(1);
            }
        } catch (IOException e) {
            // the program ended without reading all, which its exit status tells
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pumpOutput() {
        try {
            Thread errors = Thread.ofVirtual().start(() -> {
                try {
                    copy(process.getErrorStream(), ProcessTransport::error);
                } catch (IOException | InterruptedException e) {
                    stop();
                }
            });
            copy(process.getInputStream(), ProcessTransport::data);
            errors.join();
            send(ProcessTransport.exit(process.waitFor()));
            synchronized (this) {
                responses.onCompleted();
            }
        } catch (IOException | InterruptedException | IllegalStateException e) {
            stop();
        }
    }

    private void copy(InputStream from, BiFunction<byte[], Integer, GitResponse> chunk)
        throws IOException, InterruptedException {
        byte[] buffer = new byte[CHUNK_BYTES];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            send(chunk.apply(buffer, n));
        }
    }

    private synchronized void send(GitResponse response) throws InterruptedException {
        while (!responses.isReady() && !responses.isCancelled()) {
            wait();
        }
        responses.onNext(response);
    }
}
