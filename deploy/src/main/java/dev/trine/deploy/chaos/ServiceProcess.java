package dev.trine.deploy.chaos;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One process of the lab's cluster: started, ended, frozen and thawed here, again and again. One caller at a time. */
final class ServiceProcess {
    private static final Duration STOP_MAX = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 20;
    private static final int CONNECT_MAX_MILLIS = 500;

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final int port;
    private final Path log;
    private volatile Process process;
    private volatile boolean frozen;
    private volatile int starts;

    /**
     * A process that does not run yet.
     *
     * @param command whole command line
     * @param port    loopback port on which it listens when it is ready
     * @param log     file that its output is added to
     */
    ServiceProcess(String name, List<String> command, Map<String, String> environment, int port, Path log) {
        this.name = name;
        // Ctrl-C reaches every process of a terminal: it is for the lab to stop this one
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' HUP INT; exec \"$@\"", "trine"));
        words.addAll(command);
        this.command = List.copyOf(words);
        this.environment = Map.copyOf(environment);
        this.port = port;
        this.log = log;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    Path log() {
        return log;
    }

    /** How often it was started. */
    int starts() {
        return starts;
    }

    boolean isAlive() {
        Process now = process;
        return now != null && now.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** The exit status; only after it has ended. */
    int exitStatus() {
        return process.exitValue();
    }

    /** Starts it; does not wait until it is ready. */
    void start() throws IOException {
        if (isAlive()) {
            throw new IllegalStateException(name + " is running");
        }
        Files.createDirectories(log.getParent());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        frozen = false;
        process = builder.start();
        starts++;
    }

    /** Waits until it takes connections; whether it does within that time, and lives. */
    boolean awaitListening(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!listens()) {
            if (!isAlive() || System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MAX_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it at once. */
    void kill() throws InterruptedException {
        Process now = process;
        if (now != null) {
            now.destroyForcibly().waitFor();
        }
    }

    /** Asks it to end; kills it when it has not in half a minute. Whether it ended by itself. */
    boolean stop() throws IOException, InterruptedException {
        Process now = process;
        if (now == null || !now.isAlive()) {
            return true;
        }
        thaw();
        now.destroy();
        boolean ended = now.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
        kill();
        return ended;
    }

    /** Lets it do nothing any more: its connections stay open, nobody answers. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
        frozen = true;
    }

    /** Lets it go on. */
    void thaw() throws IOException, InterruptedException {
        if (frozen && isAlive()) {
            signal("CONT");
        }
        frozen = false;
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
        if (status != 0) {
            throw new IOException("kill -" + signal + " of " + name + " ended with status " + status);
        }
    }
}
