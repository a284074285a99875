package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** C Git behind OpenSSH's sshd, run by the user who measures, on a loopback port. */
final class OpenSsh {
    private OpenSsh() {
    }

    static BareHost start(Path sshd, Path directory, BareRepositories repositories)
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
        Map<String, String> environment = Map.of("GIT_SSH_COMMAND", SshCommand.with(directory.resolve("client_key"),
            directory.resolve("known_hosts"), Set.of()));
        return new BareHost(new BareHost.Door(Peer.CGIT, "git behind OpenSSH", GitHost.Transport.SSH, "ssh://"
            + System.getProperty("user.name") + "@127.0.0.1:" + port + repositories.root(), environment),
            repositories, daemon, new RawSsh(environment));
    }
}
