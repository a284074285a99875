package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** C Git's http-backend behind lighttpd on a loopback port. */
final class HttpBackend {
    private HttpBackend() {
    }

    static BareHost start(Path lighttpd, Path backend, Path directory, BareRepositories repositories)
        throws IOException, InterruptedException {
        Path temp = Files.createDirectories(directory.resolve("tmp"));
        int port = Daemon.freePort();
        Path config = Files.writeString(directory.resolve("lighttpd.conf"), """
            server.modules = ("mod_alias", "mod_setenv", "mod_cgi")
            server.document-root = "%1$s"
            server.bind = "127.0.0.1"
            server.port = %2$d
            server.upload-dirs = ("%3$s")
            server.max-request-size = 0
            server.stream-response-body = 2
            server.max-keep-alive-requests = 1000
            server.max-keep-alive-idle = 120
            setenv.add-environment = ("GIT_PROJECT_ROOT" => "%1$s", "GIT_HTTP_EXPORT_ALL" => "1", "HOME" => "%3$s",
              "GIT_CONFIG_NOSYSTEM" => "1", "GIT_CONFIG_COUNT" => "1", "GIT_CONFIG_KEY_0" => "safe.directory",
              "GIT_CONFIG_VALUE_0" => "*")
            alias.url = ("/" => "%4$s/")
            cgi.assign = ("" => "")
            """.formatted(repositories.root(), port, temp, backend));
        Daemon daemon = Daemon.start(List.of(lighttpd.toString(), "-D", "-f", config.toString()), Map.of(), port,
            directory.resolve("lighttpd.log"));
        return new BareHost(new BareHost.Door(Peer.CGIT, "git http-backend", GitHost.Transport.HTTP,
            "http://127.0.0.1:" + port, Map.of()), repositories, daemon, new RawHttp(Optional.empty()));
    }
}
