package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One server process over bare repositories that C Git maintains. */
final class BareHost implements GitHost {
    private final Door door;
    private final BareRepositories repositories;
    private final Daemon daemon;
    private final RawGit raw;

    /**
     * How a server is reached.
     *
     * @param peer        whose it is
     * @param name        of the server
     * @param transport   its only one
     * @param base        URL below which its repositories are, without a slash at the end
     * @param environment what clients need to be let in
     */
    record Door(Peer peer, String name, Transport transport, String base, Map<String, String> environment) {
    }

    /** Of a server that runs; both it and the client are closed with this. */
    BareHost(Door door, BareRepositories repositories, Daemon daemon, RawGit raw) {
        this.door = door;
        this.repositories = repositories;
        this.daemon = daemon;
        this.raw = raw;
    }

    @Override
    public Optional<Peer> peer() {
        return Optional.of(door.peer());
    }

    @Override
    public String name() {
        return door.name();
    }

    @Override
    public Transport transport() {
        return door.transport();
    }

    @Override
    public String store() {
        return repositories.root().toString();
    }

    @Override
    public String create(String repository) throws IOException, InterruptedException {
        repositories.create(repository);
        return door.base() + "/" + repository + ".git";
    }

    @Override
    public String fillUrl(String repository) {
        return repositories.path(repository).toString();
    }

    @Override
    public Map<String, String> environment() {
        return door.environment();
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
