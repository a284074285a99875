package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The figures of one run: a table for people, JSON for programs. Ratios are this system's time over the peer's. */
final class Report {
    private final List<Row> rows = new ArrayList<>();

    /** One scenario over one transport. */
    private record Row(Scenario scenario, GitHost ours, Samples mine, GitHost peer, Samples theirs) {
        double ratio() {
            return mine.medianMillis() / theirs.medianMillis();
        }
    }

    /** Adds what a scenario gave for two hosts of one transport, and returns the table's line. */
    String add(Scenario scenario, List<GitHost> hosts, List<Samples> samples) {
        Row row = new Row(scenario, hosts.get(0), samples.get(0), hosts.get(1), samples.get(1));
        rows.add(row);
        return String.format(Locale.ROOT, "%-5s %-58s %9.1f ms %9.1f ms  %5.2fx   p99 %9.1f / %9.1f ms  n=%d",
            row.ours().transport(), scenario.title(), row.mine().medianMillis(), row.theirs().medianMillis(),
            row.ratio(), row.mine().percentileMillis(99), row.theirs().percentileMillis(99),
            row.mine().times().size());
    }

    static String header() {
        return String.format(Locale.ROOT, "%-5s %-58s %12s %12s  %6s", "", "median of", "trine", "C Git", "ratio");
    }

    /** Writes everything as JSON; times are in milliseconds. */
    void write(Path file, Map<String, Object> facts) throws IOException {
        List<Map<String, Object>> figures = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("scenario", row.scenario().name());
            figure.put("transport", row.ours().transport().name().toLowerCase(Locale.ROOT));
            figure.put("peer", row.peer().name());
            figure.put("ratio", row.ratio());
            figure.put("ours", figures(row.mine()));
            figure.put("theirs", figures(row.theirs()));
            figures.add(figure);
        }
        Map<String, Object> all = new LinkedHashMap<>(facts);
        all.put("figures", figures);
        Files.writeString(file, JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
            .writeValueAsString(all) + "\n");
    }

    private static Map<String, Object> figures(Samples samples) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("runs", samples.times().size());
        figures.put("median_ms", samples.medianMillis());
        figures.put("p99_ms", samples.percentileMillis(99));
        figures.put("min_ms", samples.percentileMillis(0));
        figures.put("max_ms", samples.percentileMillis(100));
        return figures;
    }
}
