package dev.trine.deploy.bench;

import dev.trine.common.config.ConfigException;
import dev.trine.common.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** C Git's servers: where they are on this machine, and the pairs of hosts to compare. */
final class Peers {
    private static final List<Path> DIRECTORIES = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"),
        Path.of("/usr/local/sbin"), Path.of("/usr/local/bin"));
    private static final List<Path> BACKENDS = List.of(Path.of("/usr/lib/git-core/git-http-backend"),
        Path.of("/usr/libexec/git-core/git-http-backend"));

    private Peers() {
    }

    /** One sentence if something is not installed. */
    static Optional<String> missing() {
        List<String> missing = new ArrayList<>();
        Stream.of("sshd", "ssh-keygen", "lighttpd", "git").filter(name -> find(name).isEmpty()).forEach(missing::add);
        if (backend().isEmpty()) {
            missing.add("git-http-backend");
        }
        return missing.isEmpty() ? Optional.empty()
            : Optional.of("missing: " + String.join(", ", missing) + "; run deploy/bench/install as root");
    }

    /** Starts the peers and pairs each with the cluster's front door of the same transport, ours first. */
    static List<List<GitHost>> start(Closer closer, Path work, Path cluster)
        throws IOException, InterruptedException, ConfigException {
        List<List<GitHost>> pairs = new ArrayList<>();
        for (GitHost peer : cGit(closer, work)) {
            pairs.add(List.of(TrineHost.of(peer.transport(), cluster), peer));
        }
        return pairs;
    }

    /** Starts C Git's servers, one for each transport, on repositories of their own. */
    static List<GitHost> cGit(Closer closer, Path work) throws IOException, InterruptedException {
        return List.of(
            closer.open(OpenSshHost.start(find("sshd").orElseThrow(), work.resolve("sshd"),
                new BareRepositories(work.resolve("ssh-repos")))),
            closer.open(HttpBackendHost.start(find("lighttpd").orElseThrow(), backend().orElseThrow(),
                work.resolve("lighttpd"), new BareRepositories(work.resolve("http-repos")))));
    }

    private static Optional<Path> find(String program) {
        return DIRECTORIES.stream().map(directory -> directory.resolve(program)).filter(Files::isExecutable)
            .findFirst();
    }

    private static Optional<Path> backend() {
        return BACKENDS.stream().filter(Files::isExecutable).findFirst();
    }
}
