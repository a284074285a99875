package dev.trine.deploy.chaos;

import dev.trine.deploy.BuildVersion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a run took place on. */
final class Environment {
    private Environment() {
    }

    /** Facts by name. */
    static Map<String, String> facts(ClusterPlan plan) throws IOException, InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("trine", new BuildVersion().getVersion()[0]);
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + System.getProperty("os.arch"));
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("load at the end", String.format("%.1f",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        facts.put("git", firstLine("git", "--version"));
        facts.put("ssh", firstLine("ssh", "-V"));
        Optional<String> database = plan.databasePort().isPresent()
            ? Optional.of(firstLine(MariaDb.program().orElseThrow().toString(), "--version")) : Optional.empty();
        facts.put("metadata", database.orElse("embedded database of the one router"));
        facts.put("processes", String.join(", ", plan.services().keySet())
            + (database.isPresent() ? ", " + ClusterPlan.MARIADB : ""));
        facts.put("network and mounts", Enclosure.isInside() ? "own namespaces" : "the machine's");
        return facts;
    }

    private static String firstLine(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().findFirst().orElse("");
    }
}
