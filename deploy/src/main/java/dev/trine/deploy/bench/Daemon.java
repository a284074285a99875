package dev.trine.deploy.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server process on a loopback port, ended when closed. */
final class Daemon implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("^listening on (\\d+)\\R", Pattern.MULTILINE);
    private static final int START_SECONDS_MAX = 120;
    private static final int STOP_SECONDS_MAX = 10;

    private final Process process;
    private final int port;

    private Daemon(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a process that listens on a port, and waits until it accepts connections. */
    static Daemon start(List<String> command, Map<String, String> environment, int port, Path log)
        throws IOException, InterruptedException {
        return start(command, environment, log, () -> accepts(port) ? OptionalInt.of(port) : OptionalInt.empty());
    }

    /** Starts a process that chooses a port, and waits until its log says "listening on PORT". */
    static Daemon startAnywhere(List<String> command, Map<String, String> environment, Path log)
        throws IOException, InterruptedException {
        return start(command, environment, log, () -> {
            Matcher line = LISTENING.matcher(Files.readString(log));
            return line.find() ? OptionalInt.of(Integer.parseInt(line.group(1))) : OptionalInt.empty();
        });
    }

    /** Where a process listens, once it does. */
    private interface Listening {
        OptionalInt port() throws IOException;
    }

    private static Daemon start(List<String> command, Map<String, String> environment, Path log, Listening listening)
        throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        OptionalInt port = listening.port();
        while (port.isEmpty()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                end(process);
                throw new IOException(command.getFirst() + " did not start: " + Files.readString(log).strip());
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
            port = listening.port();
        }
        return new Daemon(process, port.getAsInt());
    }

    /** A loopback port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        end(process);
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
