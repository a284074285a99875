package dev.trine.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A git server as a process of its own, as its launcher would start it. */
final class GitServerProcess implements AutoCloseable {
    /** Its directory for temporary files, in the directory that it was started in. */
    static final String TEMPORARY = "tmp";
    private static final int WAIT_SECONDS_MAX = 120;
    private static final Pattern PORT = Pattern.compile("port=\"(\\d+)\".* serving");

    private final Process process;
    private final Path log;

    GitServerProcess(Path dir, String... arguments) throws IOException {
        log = Files.createTempFile(dir, "git-server", ".log");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path temporary = Files.createDirectories(dir.resolve(TEMPORARY));
        List<String> command = new ArrayList<>(List.of(java, "--enable-native-access=ALL-UNNAMED", "-Xmx256m",
            "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temporary, "-cp",
            System.getProperty("java.class.path"), "dev.trine.server.Main"));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** The port that it listens on, once it does. */
    int awaitPort() {
        return Awaitility.await().atMost(WAIT_SECONDS_MAX, TimeUnit.SECONDS).until(() -> {
            Matcher serving = PORT.matcher(log());
            return serving.find() ? Integer.parseInt(serving.group(1)) : process.isAlive() ? 0 : -1;
        }, port -> port != 0);
    }

    /** From now on its writes fail where they would make a file longer than that. */
    void limitFiles(int bytes) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes).inheritIO()
            .start().waitFor();
        if (exit != 0) {
            throw new AssertionError("prlimit: exit status " + exit);
        }
    }

    /** Asks it to stop, as an operator does. */
    void terminate() {
        process.destroy();
    }

    /** Its exit status, once it has ended. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
