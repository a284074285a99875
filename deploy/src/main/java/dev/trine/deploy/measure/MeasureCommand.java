package dev.trine.deploy.measure;

import dev.trine.deploy.bench.Interruptible;
import dev.trine.deploy.bench.Trees;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code trine lab measure}: figures of what faults cost. */
@Command(name = "measure", description = {"Breaks a local cluster on purpose and measures what it costs.", "",
    "All but indexing have a fresh cluster each, on free ports of this machine, ended and removed afterwards."},
    footer = {"%nExamples:", "  trine lab measure failover --times 30", "  trine lab measure lag --behind 10000",
        "  trine lab measure rebuild", "  trine lab measure indexing --source linux.git",
        "  trine lab measure database --minutes 10",
        "  trine lab measure repositories --count 100000", "  trine lab measure storm --clones 500"})
public final class MeasureCommand {
    private final Function<Duration, Measurement> databaseAway;

    @Spec
    private CommandSpec spec;

    /**
     * Makes the command.
     *
     * @param databaseAway the measurement whose cluster has a database server of its own, by how long that is away
     */
    public MeasureCommand(Function<Duration, Measurement> databaseAway) {
        this.databaseAway = databaseAway;
    }

    @Command(name = "failover", description = "Time to the next successful push after the lock holder has gone.",
        footer = {"%nExamples:", "  trine lab measure failover", "  trine lab measure failover --hang --times 10"})
    int failover(@Option(names = "--times", defaultValue = "30", description = "How often (${DEFAULT-VALUE}).")
                 int times,
                 @Option(names = "--hang", description = "Stop the holder for eight seconds instead of killing it.")
                 boolean hang,
                 @Option(names = "--rate", defaultValue = "50", description = "Pushes per second (${DEFAULT-VALUE}).")
                 double rate,
                 @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there.")
                 Optional<Path> json) throws Exception {
        return take(new Failover(times, hang, rate), json);
    }

    @Command(name = "lag", description = "How a replica that is far behind catches up while pushes go on.",
        footer = {"%nExample:", "  trine lab measure lag --behind 10000 --rate 50"})
    int lag(@Option(names = "--behind", defaultValue = "10000", description = "Versions (${DEFAULT-VALUE}).")
            int behind,
            @Option(names = "--rate", defaultValue = "50", description = "Pushes per second (${DEFAULT-VALUE}).")
            double rate,
            @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there.")
            Optional<Path> json) throws Exception {
        return take(new Lag(behind, rate), json);
    }

    @Command(name = "indexing", description = "How fast a pack is checked and indexed, against git index-pack.",
        footer = {"%nExample:", "  trine lab measure indexing --source linux.git"})
    int indexing(@Option(names = "--source", required = true, paramLabel = "REPO",
                     description = "A bare repository, all of which is the pack.") Path source,
                 @Option(names = "--times", defaultValue = "5", description = "Turns (${DEFAULT-VALUE}).") int times,
                 @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there.")
                 Optional<Path> json) throws Exception {
        return take(new Indexing(source, times), json);
    }

    @Command(name = "rebuild", description = "How fast a node is filled again that has lost its disk.",
        footer = {"%nExamples:", "  trine lab measure rebuild --source linux.git",
            "  trine lab measure rebuild --bandwidth 0 --copies 1",
            "  trine lab measure rebuild --commits 100 --copies 200"})
    int rebuild(@Option(names = "--source", paramLabel = "REPO", description = "Host this one; default: a made-up one.")
                Optional<Path> source,
                @Option(names = "--commits", defaultValue = "20000",
                    description = "Commits of the made-up one (${DEFAULT-VALUE}).") int commits,
                @Option(names = "--copies", defaultValue = "3", description = "Repositories (${DEFAULT-VALUE}).")
                int copies,
                @Option(names = "--bandwidth", paramLabel = "SIZE",
                    description = "catch-up.bandwidth of the git servers, 0 for none; default: as it is by default.")
                Optional<String> bandwidth,
                @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there.")
                Optional<Path> json) throws Exception {
        return take(new Rebuild(source, commits, copies, bandwidth), json);
    }

    @Command(name = "database", description = "What people notice of a database that is away.",
        footer = {"%nExample:", "  trine lab measure database --minutes 10"})
    int database(@Option(names = "--minutes", defaultValue = "10", description = "How long (${DEFAULT-VALUE}).")
                 double minutes,
                 @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there.")
                 Optional<Path> json) throws Exception {
        return take(databaseAway.apply(Duration.ofMillis((long) (minutes * 60_000))), json);
    }

    @Command(name = "repositories", description = "What a node pays for repositories that nobody uses.",
        footer = {"%nExample:", "  trine lab measure repositories --count 100000"})
    int repositories(@Option(names = "--count", defaultValue = "10000", description = "How many (${DEFAULT-VALUE}).")
                     int count,
                     @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there.")
                     Optional<Path> json) throws Exception {
        return take(new IdleRepositories(count, IdleRepositories.First.VERIFIED), json);
    }

    @Command(name = "storm", description = "Many clones of one repository at once, beside pushes to another one.",
        footer = {"%nExample:", "  trine lab measure storm --clones 500 --megabytes 200"})
    int storm(@Option(names = "--clones", defaultValue = "500", description = "How many (${DEFAULT-VALUE}).")
              int clones,
              @Option(names = "--source", paramLabel = "REPO",
                  description = "Clone this one; default: a made-up one.") Optional<Path> source,
              @Option(names = "--megabytes", defaultValue = "200",
                  description = "Size of the made-up one (${DEFAULT-VALUE}).") int megabytes,
              @Option(names = "--rate", defaultValue = "5", description = "Pushes per second (${DEFAULT-VALUE}).")
              double rate,
              @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures there.")
              Optional<Path> json) throws Exception {
        return take(new Storm(clones, source, megabytes * 1_000_000L, rate, Duration.ofSeconds(60)), json);
    }

    private int take(Measurement measurement, Optional<Path> json) throws Exception {
        return Interruptible.run(() -> takeFrom(measurement, json));
    }

    private int takeFrom(Measurement measurement, Optional<Path> json) throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        Path work = Files.createTempDirectory("trine-measure");
        try {
            Map<String, Object> figures = measurement.take(work, sentence -> {
                err.println(sentence);
                err.flush();
            });
            PrintWriter out = spec.commandLine().getOut();
            figures.forEach((name, figure) -> out.printf("%-52s %s%n", name, figure));
            out.flush();
            if (json.isPresent()) {
                Files.writeString(json.get(), JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                    .writeValueAsString(figures) + "\n");
            }
            return 0;
        } finally {
            Trees.delete(work);
        }
    }
}
