package dev.trine.deploy.chaos;

import dev.trine.deploy.bench.AtOnce;
import dev.trine.deploy.local.Jvm;
import dev.trine.deploy.local.PrivateFile;
import dev.trine.inspector.admin.AdminClient;
import dev.trine.proto.AddKeyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** A cluster of real processes, one for each service, joined by lines that can fail. One caller at a time. */
final class Cluster implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(120);

    private final LabDirectory directory;
    private final ClusterPlan plan;
    private final Links links;
    private final Optional<MariaDb> database;
    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
    private final String token;

    private Cluster(LabDirectory directory, ClusterPlan plan, Links links, Optional<MariaDb> database) {
        this.directory = directory;
        this.plan = plan;
        this.links = links;
        this.database = database;
        SecureRandom random = new SecureRandom();
        PrivateFile.secret(directory.secret(), random);
        this.token = PrivateFile.token(directory.adminToken(), random);
    }

    /** Starts everything, the database first, and returns when it takes requests. */
    static Cluster start(LabDirectory directory, ClusterPlan plan, Jvm jvm) throws Exception {
        Optional<MariaDb> database = plan.databasePort().isPresent()
            ? Optional.of(MariaDb.create(MariaDb.program().orElseThrow(), directory.data("mariadb"),
                plan.databasePort().get(), directory.log("mariadb")))
            : Optional.empty();
        Links links = Links.open(plan.nodes(), List.copyOf(plan.routers().values()), plan.databasePort(),
            PacketFilter.find());
        Cluster cluster = new Cluster(directory, plan, links, database);
        try {
            new ClusterFiles(directory, plan, links).write();
            plan.services().forEach((name, service) -> cluster.services.put(name, new ServiceProcess(name,
                jvm.commandLine(service.command(), service.heapMebibytes(), directory.conf(name)), Map.of(),
                service.port(), directory.log(name))));
            cluster.startAll();
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    private void startAll() throws IOException, InterruptedException {
        if (database.isPresent()) {
            database.get().start();
        }
        for (ServiceProcess service : services.values()) {
            service.start();
        }
        for (ServiceProcess service : services.values()) {
            awaitReady(service);
        }
        generateKey();
        try (AdminClient api = api()) {
            String key = Files.readString(directory.sshKey().resolveSibling("id_ed25519.pub")).strip();
            AddKeyRequest request = AddKeyRequest.newBuilder().setUser("admin").setPublicKey(key).build();
            api.call(stub -> stub.addKey(request));
        }
    }

    private void generateKey() throws IOException, InterruptedException {
        int status = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "trine-lab", "-f",
            directory.sshKey().toString()).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("ssh-keygen ended with status " + status);
        }
    }

    /** Waits until a service that was started takes connections. */
    void awaitReady(ServiceProcess service) throws IOException, InterruptedException {
        if (!service.awaitListening(START_MAX)) {
            throw new IOException(service.name() + (service.isAlive()
                ? " does not listen after " + START_MAX.toSeconds() + " s" : " has ended with status "
                + service.exitStatus()) + "; its log is " + service.log());
        }
    }

    LabDirectory directory() {
        return directory;
    }

    ClusterPlan plan() {
        return plan;
    }

    Links links() {
        return links;
    }

    Optional<MariaDb> database() {
        return database;
    }

    /** The service of that name. */
    ServiceProcess service(String name) {
        return Optional.ofNullable(services.get(name)).orElseThrow();
    }

    /** All of Trine's services. */
    List<ServiceProcess> services() {
        return List.copyOf(services.values());
    }

    /** The administrator's access token. */
    String token() {
        return token;
    }

    /** Calls a router that runs, around the lines that fail. */
    AdminClient api() {
        String router = plan.routers().keySet().stream().filter(name -> services.get(name).isAlive()).findFirst()
            .orElse(ClusterPlan.ROUTER_1);
        return AdminClient.open("http://127.0.0.1:" + plan.routers().get(router), token, Optional.empty(),
            directory.adminToken());
    }

    /** Stops all services cleanly, what receives requests first; those that had to be killed. */
    List<String> stop() throws IOException, InterruptedException {
        List<String> killed = new ArrayList<>();
        for (Collection<String> tier : List.of(List.of(ClusterPlan.HTTP, ClusterPlan.SSH), plan.routers().keySet(),
            plan.nodes().keySet())) {
            List<Callable<Optional<String>>> stops = new ArrayList<>();
            tier.forEach(name -> stops.add(() -> service(name).stop() ? Optional.empty() : Optional.of(name)));
            AtOnce.few(stops).forEach(late -> late.ifPresent(killed::add));
        }
        if (database.isPresent()) {
            database.get().process().stop();
        }
        return killed;
    }

    /** Ends every process, however it fares. */
    @Override
    public void close() throws Exception {
        for (ServiceProcess service : services.values()) {
            service.kill();
        }
        if (database.isPresent()) {
            database.get().process().kill();
        }
        links.close();
    }
}
