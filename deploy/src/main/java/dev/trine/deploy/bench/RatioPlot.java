package dev.trine.deploy.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Draws the ratios of a run on a logarithmic scale: left of the line at one is cheaper than C Git; rings show the same
 * for JGit. Growth curves are below.
 */
final class RatioPlot {
    private static final int LINE_HEIGHT = 34;
    private static final int TOP = 46;
    private static final int LABELS = 470;
    private static final int WIDTH = 1_000;
    private static final double LEAST = 0.01;
    private static final double MOST = 10;
    private static final double[] MARKS = {0.01, 0.03, 0.1, 0.3, 1, 3, 10};

    private RatioPlot() {
    }

    /** The drawing as SVG. */
    static String draw(Report report) {
        List<Report.Line> lines = report.lines().stream().filter(line -> line.row().step().isEmpty()).toList();
        GrowthPlot growth = new GrowthPlot(report.lines().stream().map(Report.Line::row).toList());
        int top = TOP + lines.size() * LINE_HEIGHT + 10;
        int height = top + growth.height();
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
            <rect width="100%%" height="100%%" fill="white"/>
            <text x="10" y="20" font-size="14">Cost as a ratio to C Git's server side: time at the client (blue), \
            processor time of the servers (orange); | is the aim; a ring is the ratio to JGit</text>
            """, WIDTH + 40, height));
        for (double mark : MARKS) {
            svg.append(String.format(Locale.ROOT,
                "<line x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\" stroke=\"%4$s\"/>"
                + "<text x=\"%1$.1f\" y=\"%5$d\" text-anchor=\"middle\">%6$s</text>%n", x(mark), TOP, top - 8,
                mark == 1 ? "black" : "#ddd", TOP - 6, number(mark)));
        }
        for (int i = 0; i < lines.size(); i++) {
            int y = TOP + i * LINE_HEIGHT;
            svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                LABELS - 10, y + 20, escaped(lines.get(i).transport() + " " + lines.get(i).row().title())));
            bar(svg, lines.get(i).row(), Cost.Metric.WALL, y + 6, "#4477aa");
            bar(svg, lines.get(i).row(), Cost.Metric.CPU, y + 18, "#ee7733");
        }
        return svg.append(growth.draw(top)).append("</svg>\n").toString();
    }

    private static void bar(StringBuilder svg, Row row, Cost.Metric metric, int y, String colour) {
        Optional<Double> ratio = row.ratio(Peer.CGIT, metric);
        if (ratio.isPresent()) {
            double from = Math.min(x(1), x(ratio.get()));
            double to = Math.max(x(1), x(ratio.get()));
            svg.append(String.format(Locale.ROOT, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"9\" fill=\"%s\">"
                + "<title>%s %.3f</title></rect>%n", from, y, Math.max(1, to - from), colour, metric.title(),
                ratio.get()));
        }
        row.aim(metric).ifPresent(aim -> svg.append(String.format(Locale.ROOT,
            "<line x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\" stroke=\"black\" stroke-width=\"2\"/>%n",
            x(aim.ratio()), y - 1, y + 10)));
        row.ratio(Peer.JGIT, metric).ifPresent(toJGit -> svg.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\""
            + " cy=\"%d\" r=\"4\" fill=\"white\" stroke=\"%s\" stroke-width=\"2\"><title>%s to JGit %.3f</title>"
            + "</circle>%n", x(toJGit), y + 4, colour, metric.title(), toJGit)));
    }

    private static double x(double ratio) {
        double bounded = Math.clamp(ratio, LEAST, MOST);
        return LABELS + (WIDTH - LABELS) * (Math.log(bounded) - Math.log(LEAST)) / (Math.log(MOST) - Math.log(LEAST));
    }

    private static String number(double mark) {
        return mark >= 1 ? Integer.toString((int) mark) : Double.toString(mark);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
