package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The metadata database: a MariaDB of the lab's own, as Debian has it, on loopback, with a root without password. */
final class MariaDb {
    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/sbin/mariadbd"), Path.of("/usr/bin/mariadbd"));
    private static final Duration START_MAX = Duration.ofSeconds(90);

    private final Path directory;
    private final ServiceProcess process;

    private MariaDb(Path directory, ServiceProcess process) {
        this.directory = directory;
        this.process = process;
    }

    /** The server program, if it is installed. */
    static Optional<Path> program() {
        return PROGRAMS.stream().filter(Files::isExecutable).findFirst();
    }

    /** Makes an empty database server in a directory; it does not run yet. */
    static MariaDb create(Path program, Path directory, int port, Path log) throws IOException, InterruptedException {
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        Map<String, String> environment = Map.of("TMPDIR", temporary.toString());
        String user = "--user=" + System.getProperty("user.name");
        Files.createDirectories(log.getParent());
        ProcessBuilder install = new ProcessBuilder("mariadb-install-db", "--no-defaults",
            "--datadir=" + data(directory), "--auth-root-authentication-method=normal", "--skip-test-db", user)
            .redirectErrorStream(true).redirectOutput(log.toFile());
        install.environment().putAll(environment);
        if (install.start().waitFor() != 0) {
            throw new IOException("mariadb-install-db failed: " + Files.readString(log).strip());
        }
        List<String> command = List.of(program.toString(), "--no-defaults", user, "--datadir=" + data(directory),
            "--bind-address=127.0.0.1", "--port=" + port, "--socket=" + directory.resolve("s"),
            "--pid-file=" + directory.resolve("pid"), "--performance-schema=OFF", "--innodb-buffer-pool-size=32M");
        return new MariaDb(directory, new ServiceProcess("mariadb", command, environment, port, log));
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    ServiceProcess process() {
        return process;
    }

    /** The JDBC URL by which a router reaches it through a line at "host:port". */
    static String url(String address) {
        return "jdbc:mysql://" + address + "/trine?createDatabaseIfNotExist=true&allowPublicKeyRetrieval=true";
    }

    void start() throws IOException, InterruptedException {
        process.start();
        if (!process.awaitListening(START_MAX)) {
            throw new IOException("MariaDB does not listen after " + START_MAX.toSeconds() + " s; its log is "
                + process.log());
        }
    }

    /** Stops it, keeps a copy of all that it holds, and starts it again. */
    void dump() throws IOException, InterruptedException {
        process.stop();
        if (Files.exists(copy())) {
            Trees.delete(copy());
        }
        copyTree(data(directory), copy());
        start();
    }

    /** Ends it as a power failure would, puts the copy in place of its data, and starts it. */
    void restore() throws IOException, InterruptedException {
        process.kill();
        Trees.delete(data(directory));
        copyTree(copy(), data(directory));
        start();
    }

    private Path copy() {
        return directory.resolve("dump");
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
