package dev.trine.deploy.bench;

import dev.trine.common.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Servers to compare with: where they are on this machine, and what to do if they are not. */
final class Peers {
    private static final List<Path> DIRECTORIES = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"),
        Path.of("/usr/local/sbin"), Path.of("/usr/local/bin"));
    private static final List<Path> BACKENDS = List.of(Path.of("/usr/lib/git-core/git-http-backend"),
        Path.of("/usr/libexec/git-core/git-http-backend"));

    private Peers() {
    }

    /** One sentence if git itself is not installed: then nothing can be measured. */
    static Optional<String> missing() {
        return find("git").isPresent() ? Optional.empty() : Optional.of(remedy(List.of("git")));
    }

    /** One sentence if something that C Git's server for a transport needs is not installed. */
    static Optional<String> missing(GitHost.Transport transport) {
        List<String> needed = switch (transport) {
            case SSH -> List.of("sshd", "ssh", "ssh-keygen");
            case HTTP -> List.of("lighttpd", "ssh"); // repositories are filled over SSH
        };
        List<String> missing = new ArrayList<>(needed.stream().filter(name -> find(name).isEmpty()).toList());
        if (transport == GitHost.Transport.HTTP && backend().isEmpty()) {
            missing.add("git-http-backend");
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(remedy(missing));
    }

    private static String remedy(List<String> missing) {
        return "missing: " + String.join(", ", missing) + "; run deploy/bench/install as root";
    }

    /** Starts C Git's server for a transport, on repositories that may belong to the other one, too. */
    static GitHost cGit(GitHost.Transport transport, Closer closer, Path work)
        throws IOException, InterruptedException {
        BareRepositories repositories = BareRepositories.ofCGit(work.resolve("git-repos"));
        return switch (transport) {
            case SSH -> closer.open(OpenSsh.start(find("sshd").orElseThrow(), work.resolve("sshd"), repositories));
            case HTTP -> closer.open(HttpBackend.start(find("lighttpd").orElseThrow(), backend().orElseThrow(),
                work.resolve("lighttpd"), repositories));
        };
    }

    /**
     * Starts JGit's server, on repositories of its own.
     *
     * @param java the Java to run it, with its options
     */
    static GitHost jGit(List<String> java, Closer closer, Path work) throws IOException, InterruptedException {
        return closer.open(JGit.start(java, work.resolve("jgit"),
            BareRepositories.ofJGit(work.resolve("jgit-repos"))));
    }

    private static Optional<Path> find(String program) {
        return DIRECTORIES.stream().map(directory -> directory.resolve(program)).filter(Files::isExecutable)
            .findFirst();
    }

    private static Optional<Path> backend() {
        return BACKENDS.stream().filter(Files::isExecutable).findFirst();
    }
}
