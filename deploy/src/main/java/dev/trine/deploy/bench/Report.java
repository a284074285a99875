package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The figures of one run: a table for people, JSON for programs. Ratios are this system's cost over C Git's, and, in
 * columns of their own, over JGit's.
 */
final class Report {
    private final List<Line> lines = new ArrayList<>();
    private final List<Own> own = new ArrayList<>();
    private final List<SuiteEnd> ends = new ArrayList<>();

    /** A row with the suite that it belongs to. */
    record Line(Suite suite, Row row) {
        GitHost.Transport transport() {
            return row.transport();
        }
    }

    /** A figure without a peer, with the suite that it belongs to. */
    private record Own(Suite suite, Figure figure) {
    }

    /** Adds a figure without a peer and returns the table's line. */
    String add(Suite suite, Figure figure) {
        own.add(new Own(suite, figure));
        return String.format(Locale.ROOT, "%-5s %-78s %12.3f %-12s %s", "own", figure.title(), figure.value(),
            figure.unit(), figure.judged());
    }

    /** Adds a row and returns the table's line. */
    String add(Suite suite, Row row) {
        Line line = new Line(suite, row);
        lines.add(line);
        Samples ours = row.ours().samples(Cost.Metric.WALL);
        return String.format(Locale.ROOT, "%-5s %-58s %9.1f %9s %9.1f %9s  %s  n=%-4d%s", line.transport(), row.title(),
            ours.median(), millis(row, Peer.CGIT, 50), ours.percentile(99), millis(row, Peer.CGIT, 99),
            Stream.of(Cost.Metric.values()).map(metric -> judged(row, metric)).collect(Collectors.joining("  ")),
            ours.values().size(), row.of(Peer.JGIT).isEmpty() ? "" : String.format(Locale.ROOT, "%9s %6s %6s",
                millis(row, Peer.JGIT, 50), ratio(row, Peer.JGIT, Cost.Metric.WALL),
                ratio(row, Peer.JGIT, Cost.Metric.CPU))).stripTrailing();
    }

    private static String millis(Row row, Peer peer, int percentile) {
        return row.of(peer).map(costs -> String.format(Locale.ROOT, "%.1f",
            costs.samples(Cost.Metric.WALL).percentile(percentile))).orElse("-");
    }

    private static String ratio(Row row, Peer peer, Cost.Metric metric) {
        return row.ratio(peer, metric).map(value -> String.format(Locale.ROOT, "%.2f", value)).orElse("-");
    }

    /** Adds how a suite ended. */
    void add(SuiteEnd end) {
        ends.add(end);
    }

    /** Whether each suite gave all its figures. */
    boolean isComplete() {
        return ends.stream().allMatch(SuiteEnd::isComplete);
    }

    /** How each suite ended, and how long all of them took. */
    List<String> summary() {
        Duration all = ends.stream().map(SuiteEnd::took).reduce(Duration.ZERO, Duration::plus);
        long incomplete = ends.stream().filter(end -> !end.isComplete()).count();
        return Stream.concat(ends.stream().map(SuiteEnd::line), Stream.of(String.format(Locale.ROOT,
            "%-24s %7.1f s  %s", "all", all.toMillis() / 1e3, incomplete == 0 ? "complete"
                : incomplete + " of " + ends.size() + " without all their figures"))).toList();
    }

    private static String judged(Row row, Cost.Metric metric) {
        String ratio = ratio(row, Peer.CGIT, metric);
        Optional<Double> seen = row.ratio(Peer.CGIT, metric);
        Optional<Aim> aim = row.aim(metric);
        String judged = aim.isEmpty() || seen.isEmpty() ? ratio : ratio
            + (seen.get() <= aim.get().ratio() ? " <= " : " MISSES ")
            + String.format(Locale.ROOT, "%.2f", aim.get().ratio());
        return String.format(Locale.ROOT, "%-16s", judged);
    }

    static String header() {
        return String.format(Locale.ROOT, "%-5s %-58s %9s %9s %9s %9s  %s  %-6s%9s %6s %6s", "",
            "milliseconds at the client, then ratios to C Git (aims)", "trine", Peer.CGIT.title(), "p99", "p99",
            Stream.of(Cost.Metric.values()).map(metric -> String.format(Locale.ROOT, "%-16s", metric.title()))
                .collect(Collectors.joining("  ")), "turns", Peer.JGIT.title(), "wall", "CPU");
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    /** Writes everything as JSON. */
    void write(Path file, Map<String, Object> facts) throws IOException {
        List<Map<String, Object>> figures = new ArrayList<>();
        for (Line line : lines) {
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("suite", line.suite().name());
            figure.put("title", line.row().title());
            figure.put("transport", line.transport().name().toLowerCase(Locale.ROOT));
            line.row().step().ifPresent(step -> figure.put("step", Map.of("work", step.work(), "grows",
                step.grows(), "amount", step.amount())));
            for (Cost.Metric metric : Cost.Metric.values()) {
                figure.put(metric.name().toLowerCase(Locale.ROOT), figures(line.row(), metric));
            }
            figures.add(figure);
        }
        Map<String, Object> all = new LinkedHashMap<>(facts);
        all.put("figures", figures);
        all.put("own", own.stream().map(Report::own).toList());
        all.put("suites", ends.stream().map(Report::end).toList());
        Files.writeString(file, JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
            .writeValueAsString(all) + "\n");
    }

    private static Map<String, Object> end(SuiteEnd end) {
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("suite", end.suite());
        end.over().ifPresent(transport -> figure.put("transport", transport.name().toLowerCase(Locale.ROOT)));
        figure.put("seconds", end.took().toMillis() / 1e3);
        figure.put("complete", end.isComplete());
        figure.put("outcome", end.outcome());
        return figure;
    }

    private static Map<String, Object> own(Own line) {
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("suite", line.suite().name());
        figure.put("title", line.figure().title());
        figure.put("unit", line.figure().unit());
        figure.put("value", line.figure().value());
        switch (line.figure().wanted()) {
            case Figure.Wanted.Anything none -> { }
            case Figure.Wanted.AtMost most -> figure.put("at_most", most.bound());
            case Figure.Wanted.AtLeast least -> figure.put("at_least", least.bound());
        }
        return figure;
    }

    private static Map<String, Object> figures(Row row, Cost.Metric metric) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("unit", metric.unit());
        row.ratio(Peer.CGIT, metric).ifPresent(ratio -> figures.put("ratio", ratio));
        row.aim(metric).ifPresent(aim -> figures.put("aim", aim.ratio()));
        row.ratio(Peer.JGIT, metric).ifPresent(ratio -> figures.put("ratio_to_jgit", ratio));
        figures.put("ours", values(row.ours(), metric));
        row.of(Peer.CGIT).ifPresent(costs -> figures.put("theirs", values(costs, metric)));
        row.of(Peer.JGIT).ifPresent(costs -> figures.put("jgit", values(costs, metric)));
        return figures;
    }

    private static Map<String, Object> values(Costs costs, Cost.Metric metric) {
        Samples samples = costs.samples(metric);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("runs", samples.values().size());
        values.put("typical", costs.typical(metric));
        values.put("median", samples.median());
        values.put("p99", samples.percentile(99));
        values.put("min", samples.percentile(0));
        values.put("max", samples.percentile(100));
        return values;
    }
}
