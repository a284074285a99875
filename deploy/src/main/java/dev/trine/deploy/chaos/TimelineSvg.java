package dev.trine.deploy.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/** The drawing of a run over time: faults as bars, below them what pushes and reads did in each second. */
final class TimelineSvg {
    private static final int WIDTH = 1100;
    private static final int LEFT = 130;
    private static final int RIGHT = 20;
    private static final int ROW = 20;
    private static final int CHART = 110;
    private static final int GAP = 34;
    private static final int TOP = 10;
    private static final int AXIS = 24;
    private static final int LABELS_MAX = 12;
    private static final int TIME_MIN_MILLIS = 10;
    private static final int TIME_MAX_MILLIS = 60_000;

    private final List<FaultRecord> faults;
    private final Figures figures;
    private final Duration length;
    private final StringBuilder svg = new StringBuilder();

    TimelineSvg(List<FaultRecord> faults, Figures figures, Duration length) {
        this.faults = faults;
        this.figures = figures;
        this.length = length;
    }

    String draw() {
        List<FaultKind> kinds = faults.stream().map(FaultRecord::kind).distinct().sorted().toList();
        int chartsTop = TOP + kinds.size() * ROW + GAP;
        int height = chartsTop + 4 * (CHART + GAP) + AXIS;
        svg.append(String.format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Faults, rates and times over the"
            + " run\">%n", WIDTH, height));
        shades(height - AXIS);
        rows(kinds);
        List<Figures.Tally> pushes = figures.bySecond(operation -> operation.kind().isPush(), length);
        List<Figures.Tally> reads = figures.bySecond(Predicate.not(operation -> operation.kind().isPush()), length);
        int top = chartsTop;
        rates("pushes per second", pushes, top);
        times("push time", pushes, top + CHART + GAP);
        rates("reads per second", reads, top + 2 * (CHART + GAP));
        times("read time", reads, top + 3 * (CHART + GAP));
        axis(height - AXIS);
        return svg.append("</svg>\n").toString();
    }

    private double x(Duration at) {
        return LEFT + (WIDTH - LEFT - RIGHT) * (double) at.toMillis() / Math.max(1, length.toMillis());
    }

    private double perSecond() {
        return (WIDTH - LEFT - RIGHT) * 1000.0 / Math.max(1, length.toMillis());
    }

    private void shades(int bottom) {
        for (FaultRecord fault : faults) {
            rectangle("shade", x(fault.begun()), TOP, x(fault.healed()) - x(fault.begun()), bottom - TOP, "");
        }
    }

    private void rows(List<FaultKind> kinds) {
        for (int i = 0; i < kinds.size(); i++) {
            FaultKind kind = kinds.get(i);
            int y = TOP + i * ROW;
            text("lane", LEFT - 8, y + 14, "end", kind.id());
            line("grid", LEFT, y + ROW - 1, WIDTH - RIGHT, y + ROW - 1);
            faults.stream().filter(fault -> fault.kind() == kind).forEach(fault -> {
                String target = fault.entry().fault().target();
                double from = x(fault.begun());
                double to = Math.min(x(fault.healed()), WIDTH - RIGHT);
                rectangle(kind.isTolerated() ? "fault" : "fault severe", from, y + 3, to - from, ROW - 7,
                    String.format(Locale.ROOT, "%s, %s: %.1f s to %.1f s. %s", kind.title(), target,
                        fault.begun().toMillis() / 1000.0, fault.healed().toMillis() / 1000.0, fault.effect()));
                text("target", Math.min(to + 3, WIDTH - RIGHT), y + 13, to + 60 > WIDTH ? "end" : "start", target);
            });
        }
    }

    /** Stacked bars: done, rejected, failed. */
    private void rates(String title, List<Figures.Tally> seconds, int top) {
        int most = Math.max(4, seconds.stream().mapToInt(Figures.Tally::all).max().orElse(0));
        frame(title, top, most, "");
        double width = Math.max(0.8, perSecond() - 0.6);
        for (int second = 0; second < seconds.size(); second++) {
            Figures.Tally tally = seconds.get(second);
            double x = x(Duration.ofSeconds(second));
            String hint = String.format("second %d: %d done, %d rejected, %d failed", second, tally.done(),
                tally.rejected(), tally.failed());
            double y = top + CHART;
            y = stack("done", x, y, width, (double) CHART * tally.done() / most, hint);
            y = stack("rejected", x, y, width, (double) CHART * tally.rejected() / most, hint);
            stack("failed", x, y, width, (double) CHART * tally.failed() / most, hint);
        }
    }

    private double stack(String style, double x, double bottom, double width, double height, String hint) {
        if (height > 0) {
            rectangle(style, x, bottom - height, width, height, hint);
        }
        return bottom - height;
    }

    /** Median and 99th percentile of what was done, on a logarithmic scale from 10 ms to a minute. */
    private void times(String title, List<Figures.Tally> seconds, int top) {
        text("lane", LEFT - 8, top + 4, "end", title);
        for (int mark : new int[] {TIME_MIN_MILLIS, 100, 1_000, 10_000, TIME_MAX_MILLIS}) {
            double y = height(Duration.ofMillis(mark), top);
            line("grid", LEFT, y, WIDTH - RIGHT, y);
            if (mark < TIME_MAX_MILLIS) {
                text("mark", LEFT - 8, y + 4, "end", mark < 1_000 ? mark + " ms" : mark / 1_000 + " s");
            }
        }
        curve("p99", seconds, Figures.Tally::p99, top);
        curve("p50", seconds, Figures.Tally::p50, top);
    }

    private static double height(Duration time, int top) {
        double low = Math.log(TIME_MIN_MILLIS);
        double high = Math.log(TIME_MAX_MILLIS);
        double at = Math.log(Math.clamp(time.toMillis(), TIME_MIN_MILLIS, TIME_MAX_MILLIS));
        return top + CHART - CHART * (at - low) / (high - low);
    }

    /** One line for each stretch of seconds in which something was done. */
    private void curve(String style, List<Figures.Tally> seconds, Function<Figures.Tally, Duration> value, int top) {
        List<String> points = new ArrayList<>();
        for (int second = 0; second <= seconds.size(); second++) {
            if (second < seconds.size() && seconds.get(second).done() > 0) {
                points.add(number(x(Duration.ofSeconds(second)) + perSecond() / 2) + ","
                    + number(height(value.apply(seconds.get(second)), top)));
            } else if (!points.isEmpty()) {
                // a line needs two points; one alone shows as a dot, for its ends are round
                svg.append("<polyline class=\"").append(style).append("\" points=\"").append(points.getFirst())
                    .append(' ').append(String.join(" ", points)).append("\"/>\n");
                points.clear();
            }
        }
    }

    private void frame(String title, int top, int most, String unit) {
        text("lane", LEFT - 8, top + 4, "end", title);
        for (int part = 0; part <= 2; part++) {
            double y = top + CHART - CHART * part / 2.0;
            line("grid", LEFT, y, WIDTH - RIGHT, y);
            text("mark", LEFT - 8, y + 4 + (part == 2 ? 12 : 0), "end", number(most * part / 2.0) + unit);
        }
    }

    private void axis(int y) {
        long step = 10;
        while (length.toSeconds() / step > LABELS_MAX) {
            step *= step % 3 == 0 ? 2 : 3;
        }
        for (long second = 0; second <= length.toSeconds(); second += step) {
            double x = x(Duration.ofSeconds(second));
            line("tick", x, y - 6, x, y);
            text("mark", x, y + 14, "middle", second + " s");
        }
    }

    private void rectangle(String style, double x, double y, double width, double height, String hint) {
        svg.append(String.format(Locale.ROOT, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"",
            style, x, y, Math.max(0.8, width), height));
        svg.append(hint.isEmpty() ? "/>\n" : "><title>" + Markup.escaped(hint) + "</title></rect>\n");
    }

    private void line(String style, double x1, double y1, double x2, double y2) {
        svg.append(String.format(Locale.ROOT, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            style, x1, y1, x2, y2));
    }

    private void text(String style, double x, double y, String anchor, String text) {
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            style, x, y, anchor, Markup.escaped(text)));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }
}
