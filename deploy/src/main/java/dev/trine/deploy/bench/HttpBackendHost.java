package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** C Git's http-backend behind lighttpd on a loopback port. */
final class HttpBackendHost implements GitHost {
    private final BareRepositories repositories;
    private final Daemon daemon;
    private final RawGit raw;

    private HttpBackendHost(BareRepositories repositories, Daemon daemon) {
        this.repositories = repositories;
        this.daemon = daemon;
        this.raw = new RawHttp(Optional.empty());
    }

    static HttpBackendHost start(Path lighttpd, Path backend, Path directory, BareRepositories repositories)
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
        return new HttpBackendHost(repositories, daemon);
    }

    @Override
    public String name() {
        return "git http-backend";
    }

    @Override
    public Transport transport() {
        return Transport.HTTP;
    }

    @Override
    public String store() {
        return repositories.root().toString();
    }

    @Override
    public String create(String repository) throws IOException, InterruptedException {
        repositories.create(repository);
        return "http://127.0.0.1:" + daemon.port() + "/" + repository + ".git";
    }

    @Override
    public String fillUrl(String repository) {
        return repositories.path(repository).toString();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of();
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
