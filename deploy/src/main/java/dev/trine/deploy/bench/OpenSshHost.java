package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** C Git behind OpenSSH's sshd, run by the user who measures, on a loopback port. */
final class OpenSshHost implements GitHost {
    private final BareRepositories repositories;
    private final Daemon daemon;
    private final RawGit raw;
    private final Path directory;

    private OpenSshHost(BareRepositories repositories, Daemon daemon, Path directory) {
        this.repositories = repositories;
        this.daemon = daemon;
        this.directory = directory;
        this.raw = new RawSsh(environment());
    }

    static OpenSshHost start(Path sshd, Path directory, BareRepositories repositories)
        throws IOException, InterruptedException {
        Files.createDirectories(directory);
        GitClient tools = new GitClient(directory.resolve("home"), Map.of());
        for (String key : List.of("host_key", "client_key")) {
            tools.command(directory, List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                directory.resolve(key).toString())).orFail();
        }
        int port = Daemon.freePort();
        // nobody's own start-up files, which a login shell would read for each connection
        Path home = Files.createDirectories(directory.resolve("server-home"));
        Path config = Files.writeString(directory.resolve("sshd_config"), """
            ListenAddress 127.0.0.1
            Port %d
            HostKey %s
            AuthorizedKeysFile %s
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            AcceptEnv GIT_PROTOCOL
            SetEnv HOME=%s
            MaxStartups 300
            """.formatted(port, directory.resolve("host_key"), directory.resolve("client_key.pub"), home));
        Daemon daemon = Daemon.start(List.of(sshd.toString(), "-D", "-e", "-f", config.toString()), Map.of(), port,
            directory.resolve("sshd.log"));
        return new OpenSshHost(repositories, daemon, directory);
    }

    @Override
    public String name() {
        return "git behind OpenSSH";
    }

    @Override
    public Transport transport() {
        return Transport.SSH;
    }

    @Override
    public String store() {
        return repositories.root().toString();
    }

    @Override
    public String create(String repository) throws IOException, InterruptedException {
        repositories.create(repository);
        return "ssh://" + System.getProperty("user.name") + "@127.0.0.1:" + daemon.port() + repositories.root() + "/"
            + repository + ".git";
    }

    @Override
    public String fillUrl(String repository) {
        return repositories.path(repository).toString();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("GIT_SSH_COMMAND", SshCommand.with(directory.resolve("client_key"),
            directory.resolve("known_hosts"), Set.of()));
    }

    @Override
    public void takeRefs(String repository, Path packedRefs) throws IOException {
        repositories.takeRefs(repository, packedRefs);
    }

    @Override
    public RawGit raw() {
        return raw;
    }

    @Override
    public Collection<Long> processes() {
        return List.of(daemon.pid());
    }

    @Override
    public void settle(String... names) throws IOException, InterruptedException {
        for (String name : names) {
            repositories.repack(name);
        }
    }

    @Override
    public void close() throws InterruptedException {
        raw.close();
        daemon.close();
    }
}
