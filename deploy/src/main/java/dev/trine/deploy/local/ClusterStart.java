package dev.trine.deploy.local;

import dev.trine.inspector.admin.AdminClient;
import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The start of a local cluster: first whatever could stand in its way is looked at, then things are changed. */
final class ClusterStart {
    private final Jvm jvm;
    private final Set<Path> homes;
    private final Consumer<String> progress;

    /**
     * Prepares a start.
     *
     * @param homes    the user's home directories
     * @param progress is told sentences for the user
     */
    ClusterStart(Jvm jvm, Set<Path> homes, Consumer<String> progress) {
        this.jvm = jvm;
        this.homes = homes;
        this.progress = progress;
    }

    /** A directory that is ours, and ports that are free. */
    record Claim(ClusterDirectory directory, Ports ports) {
    }

    /** Makes sure that a cluster can run in the directory, and only then makes the directory ours. */
    Claim claim(ClusterDirectory wanted, Ports.Wishes wishes) {
        DirectoryFormat.check(wanted);
        DiskSpace.check(wanted.root());
        if (Files.isDirectory(wanted.root())) {
            refuseIfRunning(wanted.real());
        }
        Ports ports = Ports.choose(wishes, Ports.load(wanted));
        try {
            DirectoryFormat.write(wanted);
        } catch (IOException e) {
            throw new CommandFailure("cannot write to " + wanted.root() + ": " + e.getMessage(), e);
        }
        return new Claim(wanted.real(), ports);
    }

    private void refuseIfRunning(ClusterDirectory directory) {
        Processes processes = new Processes(directory, progress);
        List<ClusterProcess> running = processes.running();
        if (running.isEmpty()) {
            return;
        }
        String missing = Arrays.stream(ClusterProcess.values()).filter(process -> !running.contains(process))
            .map(process -> "'trine node start " + process.id() + "'").collect(Collectors.joining(" and "));
        throw new CommandFailure("a cluster is running in " + directory.root() + " already: "
            + (missing.isEmpty() ? "stop it with 'trine down', or choose another directory with --data"
            : "bring back what is down with " + missing + ", or stop it with 'trine down'"));
    }

    /** Starts everything, and returns when it is ready. Fails with nothing left running. */
    Endpoints start(Claim claim, Processes processes) {
        ClusterDirectory directory = claim.directory();
        refuseIfRunning(directory);
        SecureRandom random = new SecureRandom();
        PrivateFile.secret(directory.secret(), random);
        String token = PrivateFile.token(directory.adminToken(), random);
        SshAccess ssh = new SshAccess(directory, homes, progress);
        ssh.prepareKeys();
        claim.ports().save(directory);
        new Configurations(directory, claim.ports()).write();
        progress.accept("starting n1, n2, n3 and the front process");
        Endpoints endpoints = Endpoints.of(claim.ports());
        try (AdminClient api =
                 AdminClient.open(endpoints.api(), token, Optional.empty(), directory.adminToken())) {
            List.of(ClusterProcess.values()).forEach(process -> processes.start(process, jvm));
            new Readiness(directory, processes, claim.ports()).await(api);
            ssh.register(api);
        } catch (CommandFailure e) {
            processes.stopAll();
            throw e;
        }
        ssh.writeKnownHosts(claim.ports().ssh());
        endpoints.save(directory, token);
        GitAccess.write(directory, endpoints, token);
        ExampleRepository.prepare(directory);
        return endpoints;
    }
}
