package dev.trine.deploy.local;

import dev.trine.inspector.admin.AdminClient;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.ClusterStatusReply;
import dev.trine.proto.ClusterStatusRequest;
import dev.trine.proto.NodeStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Waits until a cluster that was just started does its work. */
final class Readiness {
    private static final Duration READY_MAX = Duration.ofSeconds(180);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int CONNECT_MAX_MILLIS = 500;

    private final ClusterDirectory directory;
    private final Processes processes;
    private final Ports ports;

    Readiness(ClusterDirectory directory, Processes processes, Ports ports) {
        this.directory = directory;
        this.processes = processes;
        this.ports = ports;
    }

    /** Waits until the API says that all nodes are up and both proxies listen; fails when a process has died. */
    void await(AdminClient api) {
        await(List.of(ClusterProcess.values()), () -> frontMissing().or(() -> nodesMissing(api)));
    }

    /** Waits until one process listens; fails when it has died. */
    void await(ClusterProcess process) {
        await(List.of(process), () -> process == ClusterProcess.FRONT ? frontMissing()
            : unless(listens(ports.of(process)), process.id() + " does not listen"));
    }

    private void await(List<ClusterProcess> expected, Supplier<Optional<String>> look) {
        long deadline = System.nanoTime() + READY_MAX.toNanos();
        Optional<String> missing = look.get();
        while (missing.isPresent()) {
            failIfDied(expected);
            if (System.nanoTime() - deadline > 0) {
                throw new CommandFailure("not ready after " + READY_MAX.toSeconds() + " s: " + missing.get()
                    + "; the logs are in " + directory.log("n1").getParent());
            }
            Processes.pause(POLL);
            missing = look.get();
        }
    }

    private Optional<String> frontMissing() {
        return unless(listens(ports.api()), "the shard router does not listen")
            .or(() -> unless(listens(ports.http()), "the HTTP proxy does not listen"))
            .or(() -> unless(listens(ports.ssh()), "the SSH proxy does not listen"));
    }

    private static Optional<String> unless(boolean fine, String complaint) {
        return fine ? Optional.empty() : Optional.of(complaint);
    }

    private static Optional<String> nodesMissing(AdminClient api) {
        try {
            return amiss(api.call(stub -> stub.clusterStatus(ClusterStatusRequest.getDefaultInstance())));
        } catch (CommandFailure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> amiss(ClusterStatusReply status) {
        List<NodeStatus> nodes = status.getNodesList();
        String down = nodes.stream().filter(Readiness::isMissing)
            .map(node -> node.getName() + " is " + node.getState()).collect(Collectors.joining(", "));
        if (nodes.size() < ClusterProcess.NODES.size() || status.getShardsList().isEmpty()) {
            return Optional.of("the shard router does not know all nodes yet");
        }
        if (!status.getMetadata().equals("ok")) {
            return Optional.of(status.getMetadata());
        }
        return down.isEmpty() ? Optional.empty() : Optional.of(down);
    }

    /** A node whose disk was lost runs, and waits for somebody to replace it; a node of no shard is somebody else's. */
    private static boolean isMissing(NodeStatus node) {
        return !node.getState().equals("up") && !node.getState().equals("wiped") && node.getShardsCount() > 0
            && ClusterProcess.NODES.stream().anyMatch(process -> process.id().equals(node.getName()));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Endpoints.HOST, port), CONNECT_MAX_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void failIfDied(List<ClusterProcess> expected) {
        if (processes.isClosed()) {
            throw new CommandFailure("interrupted");
        }
        for (ClusterProcess process : expected) {
            if (!processes.isRunning(process)) {
                throw new CommandFailure(process.id() + " did not start; its log " + directory.log(process.id())
                    + " says: " + processes.lastWords(process));
            }
        }
    }
}
