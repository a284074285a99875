package dev.trine.deploy.bench;

import dev.trine.common.config.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A local cluster of this system, over one of its two front doors. */
final class TrineHost implements GitHost {
    private static final int REFS_AT_ONCE = 50_000;

    private final Transport transport;
    private final ClientFile client;
    private final Path directory;
    private final RawGit raw;

    private TrineHost(Transport transport, ClientFile client, Path directory) {
        this.transport = transport;
        this.client = client;
        this.directory = directory;
        this.raw = transport == Transport.SSH ? new RawSsh(environment()) : new RawHttp(Optional.of(client.token()));
    }

    /**
     * A host of a running cluster.
     *
     * @param directory data directory of the cluster, which holds client.yaml
     */
    static TrineHost of(Transport transport, Path directory) throws ConfigException {
        return new TrineHost(transport, ClientFile.of(directory), directory);
    }

    @Override
    public Optional<Peer> peer() {
        return Optional.empty();
    }

    @Override
    public String name() {
        return "trine " + transport.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public String store() {
        return directory.toString();
    }

    /** The first push creates the repository. */
    @Override
    public String create(String repository) {
        return url(transport == Transport.SSH ? client.ssh() : client.http(), repository);
    }

    @Override
    public String fillUrl(String repository) {
        return url(client.ssh(), repository);
    }

    private static String url(URI base, String repository) {
        return base.toString().replaceAll("/$", "") + "/" + repository + ".git";
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("GIT_CONFIG_COUNT", "1", "GIT_CONFIG_KEY_0", "http.extraHeader",
            "GIT_CONFIG_VALUE_0", "Authorization: Bearer " + client.token(),
            "GIT_SSH_COMMAND", SshCommand.with(
                client.identity().orElse(directory.resolve("id_ed25519")), directory.resolve("known_hosts"), Set.of()));
    }

    @Override
    public void takeRefs(String repository, Path packedRefs) throws IOException, InterruptedException {
        Map<String, String> refs = new HashMap<>();
        try (RawHttp http = new RawHttp(Optional.of(client.token()));
             Stream<String> lines = Files.lines(packedRefs)) {
            for (String line : (Iterable<String>) lines.filter(each -> each.contains(" refs/heads/many/"))::iterator) {
                refs.put(line.substring(line.indexOf(' ') + 1), line.substring(0, line.indexOf(' ')));
                if (refs.size() == REFS_AT_ONCE) {
                    http.create(url(client.http(), repository), new RefCreation(refs));
                    refs.clear();
                }
            }
            if (!refs.isEmpty()) {
                http.create(url(client.http(), repository), new RefCreation(refs));
            }
        }
    }

    @Override
    public RawGit raw() {
        return raw;
    }

    @Override
    public Collection<Long> processes() throws IOException {
        return LocalCluster.processIds(directory);
    }

    /** Does its maintenance by itself; waits for that. */
    @Override
    public void settle(String... names) throws IOException, InterruptedException {
        LocalCluster.awaitCalm(directory);
    }

    @Override
    public void close() {
        raw.close(); // the cluster belongs to whoever started it
    }
}
