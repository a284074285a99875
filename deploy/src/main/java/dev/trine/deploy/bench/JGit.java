package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** JGit's servlet on a loopback port, in a Java of its own with a class path of its own. */
final class JGit {
    /** System property with the directory of its jars, which the launcher script sets. */
    static final String LIB = "trine.jgit-host";

    private static final String MAIN = "dev.trine.jgithost.JGitHost";

    private JGit() {
    }

    /** One sentence if its jars are not there. */
    static Optional<String> missing() {
        return Files.isDirectory(lib()) ? Optional.empty() : Optional.of("missing: the jars of the JGit host, which are"
            + " no part of an installation; run the benchmark from a source checkout");
    }

    /**
     * Starts it.
     *
     * @param java the Java to run it, with its options
     */
    static BareHost start(List<String> java, Path directory, BareRepositories repositories)
        throws IOException, InterruptedException {
        Path home = Files.createDirectories(directory.resolve("home"));
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-Duser.home=" + home, "-cp", lib() + "/*", MAIN, repositories.root().toString()));
        Daemon daemon = Daemon.startAnywhere(command, Map.of("HOME", home.toString(), "XDG_CONFIG_HOME",
            home.toString(), "GIT_CONFIG_NOSYSTEM", "1"), directory.resolve("jgit.log"));
        return new BareHost(new BareHost.Door(Peer.JGIT, "JGit's servlet", GitHost.Transport.HTTP,
            "http://127.0.0.1:" + daemon.port(), Map.of()), repositories, daemon, new RawHttp(Optional.empty()));
    }

    private static Path lib() {
        return Path.of(System.getProperty(LIB, "jgit-host/target/dist")).toAbsolutePath();
    }
}
