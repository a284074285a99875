package dev.trine.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.bench.ClientFile;
import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.LocalCluster;
import dev.trine.deploy.bench.SshCommand;
import dev.trine.deploy.bench.Trees;
import dev.trine.inspector.admin.AdminCommands;
import dev.trine.inspector.cli.Cli;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real cluster of four processes in a temporary directory, and stock git clients that are let in by it. */
final class TestCluster implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final LocalCluster cluster;
    private ClientFile endpoints;

    /** How a test reaches the cluster. */
    enum Door { HTTP, SSH }

    private TestCluster(Path directory, LocalCluster cluster) throws Exception {
        this.directory = directory;
        this.cluster = cluster;
        this.endpoints = ClientFile.of(cluster.directory());
    }

    static TestCluster start() throws Exception {
        Path directory = Files.createTempDirectory("trine-e2e");
        return new TestCluster(directory, LocalCluster.start(directory.resolve("data")));
    }

    /** Starts it again after a stop; the ports may be others. */
    void resume() throws Exception {
        cluster.up();
        endpoints = ClientFile.of(cluster.directory());
    }

    LocalCluster processes() {
        return cluster;
    }

    /** Ends a node's process at once, without the launcher's help. */
    void kill(String node) throws IOException {
        long pid = Long.parseLong(Files.readString(data().resolve("run/" + node + ".pid")).strip());
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    Path data() {
        return cluster.directory();
    }

    ClientFile endpoints() {
        return endpoints;
    }

    /** The URL of a repository over a door. */
    String url(Door door, String repository) {
        URI base = door == Door.SSH ? endpoints.ssh() : endpoints.http();
        return base.toString().replaceAll("/$", "") + "/" + repository + ".git";
    }

    /** A client that signs in as the administrator over both doors. */
    GitClient git() throws IOException {
        return git(Map.of());
    }

    /** The same with further variables. */
    GitClient git(Map<String, String> more) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("GIT_CONFIG_COUNT", "2");
        variables.put("GIT_CONFIG_KEY_0", "http.extraHeader");
        variables.put("GIT_CONFIG_VALUE_0", "Authorization: Bearer " + endpoints.token());
        variables.put("GIT_CONFIG_KEY_1", "init.defaultBranch");
        variables.put("GIT_CONFIG_VALUE_1", "main");
        variables.put("GIT_SSH_COMMAND", SshCommand.with(identity(), data().resolve("known_hosts"), Set.of()));
        variables.putAll(more);
        return new GitClient(directory.resolve("home"), variables);
    }

    Path identity() {
        return endpoints.identity().orElse(data().resolve("id_ed25519"));
    }

    /** An empty directory. */
    Path fresh() throws IOException {
        return Files.createTempDirectory(directory, "work");
    }

    /** A clone over a door, in a directory of its own. */
    Path clone(Door door, String repository, String... options) throws IOException, InterruptedException {
        Path into = fresh();
        String[] command = new String[options.length + 4];
        command[0] = "clone";
        command[1] = "-q";
        System.arraycopy(options, 0, command, 2, options.length);
        command[command.length - 2] = url(door, repository);
        command[command.length - 1] = ".";
        git().run(into, command).orFail();
        return into;
    }

    /** A work tree with one commit on main, pushed over a door to a repository that the push creates. */
    Path created(Door door, String repository) throws IOException, InterruptedException {
        Path work = fresh();
        GitClient git = git();
        git.run(work, "init", "-q").orFail();
        git.run(work, "remote", "add", "origin", url(door, repository)).orFail();
        commit(work, "README", "hello");
        git.run(work, "push", "-q", "origin", "main").orFail();
        return work;
    }

    /** Commits one file and returns the commit. */
    String commit(Path work, String file, String content) throws IOException, InterruptedException {
        Path path = work.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content + "\n");
        git().run(work, "add", "-A").orFail();
        git().run(work, "commit", "-q", "-m", content).orFail();
        return git().run(work, "rev-parse", "HEAD").orFail().strip();
    }

    /** {@code repo describe} as JSON. */
    JsonNode describe(String repository) {
        return read("repo", "describe", repository);
    }

    /** What an administrator's command answers as JSON; run in this process, because tests do so again and again. */
    JsonNode read(String... arguments) {
        CommandLine root = new CommandLine(CommandSpec.create().name("trine"));
        new AdminCommands(Map.of(), data(), question -> Optional.empty(), InputStream.nullInputStream()).addTo(root);
        StringWriter out = new StringWriter();
        root.setOut(new PrintWriter(out, true));
        Cli.configure(root).execute(Stream.concat(Stream.of(arguments), Stream.of("-o", "json", "--cluster",
            data().resolve("client.yaml").toString())).toArray(String[]::new));
        return JSON.readTree(out.toString());
    }

    /** Whether all three replicas answer with one and the same digest. */
    boolean replicasAgree(String repository) {
        JsonNode replicas = describe(repository).path("replicas");
        if (replicas.size() != 3) {
            return false;
        }
        String digest = replicas.get(0).path("digest").asString("");
        for (JsonNode replica : replicas) {
            if (digest.isEmpty() || !replica.path("digest").asString("").equals(digest)
                || !replica.path("state").asString("").equals("ok")) {
                return false;
            }
        }
        return true;
    }

    void fsck(Path clone) throws IOException, InterruptedException {
        GitClient.Run run = git().run(clone, "fsck", "--full", "--no-dangling");
        assertThat(run.status()).as(run.err()).isZero();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        cluster.close();
        Trees.delete(directory);
    }
}
