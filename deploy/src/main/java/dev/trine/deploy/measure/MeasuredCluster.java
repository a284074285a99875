package dev.trine.deploy.measure;

import dev.trine.common.config.ConfigException;
import dev.trine.deploy.bench.ClientFile;
import dev.trine.deploy.bench.GitClient;
import dev.trine.deploy.bench.LocalCluster;
import dev.trine.deploy.bench.RawHttp;
import dev.trine.inspector.admin.AdminClient;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.DescribeRepoReply;
import dev.trine.proto.DescribeRepoRequest;
import dev.trine.proto.GetReplacementRequest;
import dev.trine.proto.ReplaceNodeRequest;
import dev.trine.proto.Replacement;
import dev.trine.proto.ReplicaStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A local cluster that is measured while it is broken: its processes, what it says of itself, a ledger's check. */
final class MeasuredCluster implements AutoCloseable {
    private static final List<String> NODES = List.of("n1", "n2", "n3");
    private static final Duration ASK_EVERY = Duration.ofMillis(500);
    private static final Duration HOLDER_MAX = Duration.ofSeconds(30);

    private final Path work;
    private final LocalCluster cluster;
    private final ClientFile access;
    private final AdminClient api;

    private MeasuredCluster(Path work, LocalCluster cluster) throws ConfigException {
        this.work = work;
        this.cluster = cluster;
        this.access = ClientFile.of(cluster.directory());
        this.api = AdminClient.open(access.api().toString(), access.token(), Optional.empty(),
            cluster.directory().resolve("client.yaml"));
    }

    /** Starts one below a directory. */
    static MeasuredCluster start(Path work) throws IOException, InterruptedException, ConfigException {
        return new MeasuredCluster(work, LocalCluster.start(work.resolve("cluster")));
    }

    /** Starts one whose git servers' configuration has these lines more. */
    static MeasuredCluster start(Path work, String lines) throws IOException, InterruptedException, ConfigException {
        LocalCluster cluster = LocalCluster.start(work.resolve("cluster"));
        cluster.down();
        for (String node : NODES) {
            Files.writeString(cluster.directory().resolve("conf/" + node + ".yaml"), lines, StandardOpenOption.APPEND);
        }
        cluster.up();
        return new MeasuredCluster(work, cluster);
    }

    LocalCluster processes() {
        return cluster;
    }

    PushClient client() {
        return new PushClient(access.http(), access.token());
    }

    /** A client that reads what it is sent and drops it. */
    RawHttp reader() {
        return new RawHttp(Optional.of(access.token()));
    }

    /** How many packs all nodes have made for fetches since they started. */
    long packsMade() {
        return api.call(stub -> stub.clusterStatus(ClusterStatusRequest.getDefaultInstance())).getNodesList().stream()
            .map(node -> node.getStatus().getPackCache()).mapToLong(cache -> cache.getMisses() + cache.getAlone())
            .sum();
    }

    /** Bytes of live objects in each process, its garbage collected first. */
    Map<String, Long> heaps() throws IOException, InterruptedException {
        Map<String, Long> heaps = new TreeMap<>();
        for (String name : List.of("n1", "n2", "n3", "front")) {
            heaps.put(name, Footprint.of(process(name), Duration.ZERO).heapBytes());
        }
        return heaps;
    }

    /** The stock git, let in over HTTP. */
    GitClient git() throws IOException {
        return new GitClient(work.resolve("home"), Map.of("GIT_CONFIG_COUNT", "1", "GIT_CONFIG_KEY_0",
            "http.extraHeader", "GIT_CONFIG_VALUE_0", "Authorization: Bearer " + access.token()));
    }

    /** A repository's URL over HTTP. */
    String url(String repository) {
        return access.http().toString().replaceAll("/$", "") + "/" + repository + ".git";
    }

    /** Ends a process at once, without the time that a command of its own would take. */
    void kill(String name) throws IOException, InterruptedException {
        ProcessHandle process = process(name);
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Sends a signal, for example STOP or CONT. */
    void signal(String name, String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process(name).pid())).inheritIO().start()
            .waitFor();
        if (status != 0) {
            throw new IOException("cannot send " + signal + " to " + name);
        }
    }

    /** A process that runs. */
    ProcessHandle process(String name) throws IOException {
        long pid = Long.parseLong(Files.readString(cluster.directory().resolve("run/" + name + ".pid")).strip());
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException(name + " does not run"));
    }

    private DescribeRepoReply describe(String repository) {
        return api.call(stub -> stub.describeRepo(DescribeRepoRequest.newBuilder().setRepo(repository).build()));
    }

    /** The node that has the write lock; while it changes hands, waits for the next one. */
    String lockHolder(String repository) throws IOException, InterruptedException {
        long end = System.nanoTime() + HOLDER_MAX.toNanos();
        String holder = describe(repository).getLockHolder();
        while (holder.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new IOException("nobody had the lock of " + repository + " for " + HOLDER_MAX.toSeconds() + " s");
            }
            Thread.sleep(ASK_EVERY);
            holder = describe(repository).getLockHolder();
        }
        return holder;
    }

    /** Version of each replica that answers. */
    Map<String, Long> versions(String repository) {
        return describe(repository).getReplicasList().stream().filter(ReplicaStatus::hasDescription)
            .collect(Collectors.toMap(ReplicaStatus::getNode,
                replica -> replica.getDescription().getCommitted().getVersion()));
    }

    /** Waits until all three replicas answer with one digest. */
    void awaitEqual(String repository, Duration max) throws IOException, InterruptedException {
        long end = System.nanoTime() + max.toNanos();
        while (!isEqual(describe(repository).getReplicasList())) {
            if (System.nanoTime() > end) {
                throw new IOException("the replicas of " + repository + " still differ after " + max.toSeconds()
                    + " s");
            }
            Thread.sleep(ASK_EVERY);
        }
    }

    /** Begins to replace a node, as an administrator's command does. */
    Replacement replace(String old, String by) {
        return api.call(stub -> stub.replaceNode(ReplaceNodeRequest.newBuilder().setOldNode(old).setNewNode(by)
            .build()));
    }

    /** How far a replacement is. */
    Replacement replacement(long id) {
        return api.call(stub -> stub.getReplacement(GetReplacementRequest.newBuilder().setId(id).build()));
    }

    private static boolean isEqual(List<ReplicaStatus> replicas) {
        return replicas.stream().allMatch(ReplicaStatus::hasDescription)
            && replicas.stream().map(replica -> replica.getDescription().getDigest()).distinct().count() == 1;
    }

    /**
     * Looks for every acknowledged commit in a fresh clone.
     *
     * @return how many there are
     * @throws IOException one is missing
     */
    long verify(String repository, Map<String, List<String>> ledger, Consumer<String> progress)
        throws IOException, InterruptedException {
        progress.accept("looking for every acknowledged commit in a fresh clone");
        GitClient git = git();
        Path clone = Files.createTempDirectory(work, "clone");
        git.run(clone, "clone", "-q", "--mirror", url(repository), ".").orFail();
        git.run(clone, "fsck", "--full", "--no-dangling").orFail();
        Set<String> there = git.run(clone, "rev-list", "--all").orFail().lines().collect(Collectors.toSet());
        List<String> missing = ledger.values().stream().flatMap(List::stream).filter(id -> !there.contains(id))
            .toList();
        if (!missing.isEmpty()) {
            throw new IOException(missing.size() + " acknowledged commits are lost, the first is "
                + missing.getFirst());
        }
        return ledger.values().stream().mapToLong(List::size).sum();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        api.close();
        cluster.close();
    }
}
