package dev.trine.deploy.chaos;

import dev.trine.deploy.local.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network and a table of mounts of the run's own, where the machine lets us have them: full disks and lost packets
 * then concern nobody else, and vanish with the last process of the run.
 */
final class Enclosure {
    private static final String INSIDE = "TRINE_LAB_ENCLOSED";
    private static final String HEAP = "-Xmx768m";
    /** A network with loopback alone has no hardware address, for which Netty would look and warn. */
    private static final String MACHINE_ID = "-Dio.grpc.netty.shaded.io.netty.machineId=02:00:00:00:00:01";
    private static final List<String> UNSHARE = List.of("unshare", "--mount", "--net", "--propagation", "private");

    private Enclosure() {
    }

    /** Whether this process is in one. */
    static boolean isInside() {
        return System.getenv(INSIDE) != null;
    }

    /** Why there can be none, if there can be none. */
    static Optional<String> obstacle() throws InterruptedException {
        List<String> command = new ArrayList<>(UNSHARE);
        command.addAll(List.of("ip", "link", "set", "lo", "up"));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.empty() : Optional.of(said.strip());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Runs this command once more, in an enclosure, and returns its exit status. Ctrl-C ends it in its own way. */
    static int run(Jvm jvm, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(UNSHARE);
        command.addAll(List.of("/bin/sh", "-c", "ip link set lo up && exec \"$@\"", "trine", jvm.java().toString(),
            "@" + jvm.lib().resolve("server.options"), HEAP, "-Dtrine.log.level=OFF", MACHINE_ID,
            "-Dtrine.lib=" + jvm.lib(),
            "-Dtrine.launcher=" + System.getProperty("trine.launcher", "trine"), "-cp", jvm.lib() + "/*",
            "dev.trine.deploy.Trine"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put(INSIDE, "1");
        Process process = builder.start();
        Thread end = new Thread(() -> {
            process.destroy();
            process.onExit().join();
        }, "end");
        Runtime.getRuntime().addShutdownHook(end);
        return process.waitFor();
    }
}
