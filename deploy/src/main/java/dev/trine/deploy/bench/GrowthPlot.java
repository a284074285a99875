package dev.trine.deploy.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Draws what work costs as something grows, both on logarithmic scales: a line that lies flat is work whose cost does
 * not depend on what grows; one that rises as its frame's diagonal grows with it.
 */
final class GrowthPlot {
    private static final int PANEL_WIDTH = 340;
    private static final int PANEL_HEIGHT = 230;
    private static final int TITLE = 24;
    private static final int LEFT = 44;
    private static final int FRAME_WIDTH = 270;
    private static final int FRAME_HEIGHT = 150;
    private static final double LEAST_MILLIS = 1;
    private static final double MOST_MILLIS = 10_000;

    private final List<Row> rows;

    /** Of those rows that are steps of a curve. */
    GrowthPlot(List<Row> rows) {
        this.rows = rows.stream().filter(row -> row.step().isPresent()).toList();
    }

    /** How high the drawing is; 0: there is none. */
    int height() {
        return rows.isEmpty() ? 0 : TITLE + PANEL_HEIGHT * values(Row.Step::grows).size();
    }

    /** The drawing as elements of an SVG, from there on downwards. */
    String draw(int top) {
        if (rows.isEmpty()) {
            return "";
        }
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, "<text x=\"10\" y=\"%d\" font-size=\"14\">"
            + "Milliseconds at the client (blue) and of the servers' processors (orange), as something grows; dashed:"
            + " C Git; dotted: JGit</text>%n", top + 14));
        List<String> columns = List.copyOf(values(Row.Step::work));
        List<String> lines = List.copyOf(values(Row.Step::grows));
        curves().forEach((step, curve) -> panel(svg, step, curve, columns.indexOf(step.work()) * PANEL_WIDTH,
            top + TITLE + lines.indexOf(step.grows()) * PANEL_HEIGHT));
        return svg.toString();
    }

    private interface Part {
        String of(Row.Step step);
    }

    private Set<String> values(Part part) {
        Set<String> values = new LinkedHashSet<>();
        rows.forEach(row -> values.add(part.of(row.step().orElseThrow())));
        return values;
    }

    /** The rows of each curve, by its first step. */
    private Map<Row.Step, List<Row>> curves() {
        Map<Row.Step, List<Row>> curves = new LinkedHashMap<>();
        for (Row row : rows) {
            Row.Step step = row.step().orElseThrow();
            Row.Step key = curves.keySet().stream().filter(step::isOnCurveOf).findFirst().orElse(step);
            curves.computeIfAbsent(key, first -> new ArrayList<>()).add(row);
        }
        return curves;
    }

    private static void panel(StringBuilder svg, Row.Step step, List<Row> curve, int x, int y) {
        svg.append(String.format(Locale.ROOT, "<g transform=\"translate(%d,%d)\">%n<text x=\"%d\" y=\"14\">%s, by %s"
            + "</text>%n", x, y, LEFT, step.work(), step.grows()));
        for (double millis = LEAST_MILLIS; millis <= MOST_MILLIS; millis *= 10) {
            svg.append(String.format(Locale.ROOT, "<line x1=\"%1$d\" y1=\"%2$.1f\" x2=\"%3$d\" y2=\"%2$.1f\""
                + " stroke=\"#ddd\"/><text x=\"%4$d\" y=\"%5$.1f\" text-anchor=\"end\">%6$.0f</text>%n", LEFT,
                down(millis), LEFT + FRAME_WIDTH, LEFT - 4, down(millis) + 4, millis));
        }
        List<Integer> amounts = curve.stream().map(row -> row.step().orElseThrow().amount()).sorted().toList();
        for (int amount : amounts) {
            svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>%n",
                across(amount, amounts), TITLE + FRAME_HEIGHT + 16, amount));
        }
        line(svg, curve, amounts, Cost.Metric.WALL, "#4477aa");
        line(svg, curve, amounts, Cost.Metric.CPU, "#ee7733");
        svg.append("</g>\n");
    }

    /** Ours, and the peers' in dashes and dots. */
    private static void line(StringBuilder svg, List<Row> curve, List<Integer> amounts, Cost.Metric metric,
                             String colour) {
        line(svg, curve, amounts, row -> Optional.of(row.ours().typical(metric)), colour + "\" stroke-width=\"2");
        line(svg, curve, amounts, row -> row.of(Peer.CGIT).map(costs -> costs.typical(metric)),
            colour + "\" stroke-width=\"2\" stroke-dasharray=\"5 4");
        line(svg, curve, amounts, row -> row.of(Peer.JGIT).map(costs -> costs.typical(metric)),
            colour + "\" stroke-width=\"1\" stroke-dasharray=\"1 3");
    }

    private static void line(StringBuilder svg, List<Row> curve, List<Integer> amounts,
                             Function<Row, Optional<Double>> cost, String stroke) {
        List<String> points = curve.stream().flatMap(row -> cost.apply(row).map(millis -> String.format(Locale.ROOT,
            "%.1f,%.1f", across(row.step().orElseThrow().amount(), amounts), down(millis))).stream()).toList();
        if (!points.isEmpty()) {
            svg.append(String.format(Locale.ROOT, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\"/>%n",
                String.join(" ", points), stroke));
        }
    }

    private static double across(int amount, List<Integer> amounts) {
        double from = Math.log(amounts.getFirst());
        double to = Math.log(amounts.getLast());
        return LEFT + (to > from ? FRAME_WIDTH * (Math.log(amount) - from) / (to - from) : 0);
    }

    private static double down(double millis) {
        double bounded = Math.clamp(millis, LEAST_MILLIS, MOST_MILLIS);
        return TITLE + FRAME_HEIGHT * (1 - (Math.log(bounded) - Math.log(LEAST_MILLIS))
            / (Math.log(MOST_MILLIS) - Math.log(LEAST_MILLIS)));
    }
}
