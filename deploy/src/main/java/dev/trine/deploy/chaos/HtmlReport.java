package dev.trine.deploy.chaos;

import static dev.trine.deploy.chaos.Markup.escaped;
import static dev.trine.deploy.chaos.Markup.head;
import static dev.trine.deploy.chaos.Markup.row;
import static dev.trine.deploy.chaos.Markup.time;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One page about one run, for people: needs nothing but itself. */
final class HtmlReport {
    private static final int ERRORS_MAX = 20;
    private static final int FAULTS_OF_CHECK_MAX = 25;

    private final RunResult result;
    private final Figures figures;
    private final StringBuilder page = new StringBuilder();

    HtmlReport(RunResult result) {
        this.result = result;
        this.figures = new Figures(result.operations());
    }

    String render() {
        page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\""
            + " content=\"width=device-width, initial-scale=1\">\n<title>Trine fault lab, seed ")
            .append(result.settings().seed()).append("</title>\n<style>\n").append(style())
            .append("</style></head><body><main>\n");
        verdict();
        tiles();
        section("Timeline", "Each bar is a fault, from its begin until everything was whole again; its shade goes down"
            + " through all charts. Point at anything for its numbers.");
        page.append("<div class=\"wide\">").append(new TimelineSvg(result.faults(), figures, result.worked()).draw())
            .append("</div>\n<p class=\"legend\">")
            .append(key("fault", "a fault that pushes and reads are expected to survive"))
            .append(key("severe", "one that they are not")).append("<br>\n").append(key("done", "done"))
            .append(key("rejected", "rejected: the ref had another value"))
            .append(key("failed", "failed: the client got an error")).append(key("p50", "median"))
            .append(key("p99", "99th percentile")).append("</p>\n");
        checks();
        faultKinds();
        faults();
        outcomes();
        errors();
        footprints();
        environment();
        return page.append("</main></body></html>\n").toString();
    }

    private static String key(String style, String meaning) {
        return "<span class=\"key " + style + "\"></span> " + meaning + " ";
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("report.css is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void verdict() {
        long failed = result.checks().stream().filter(check -> !check.holds()).count();
        page.append("<header class=\"").append(failed == 0 ? "good" : "bad").append("\"><h1>")
            .append(failed == 0 ? "Every check holds" : failed + (failed == 1 ? " check fails" : " checks fail"))
            .append("</h1>\n<p>Fault lab of Trine, seed ").append(result.settings().seed()).append(", ")
            .append(time(result.worked())).append(" of work by ").append(result.settings().clients())
            .append(" git clients. Again: <code>").append(escaped(result.command())).append("</code></p></header>\n");
    }

    private void tiles() {
        Figures.Tally pushes = figures.of(operation -> operation.kind().isPush());
        Figures.Tally reads = figures.of(operation -> !operation.kind().isPush());
        page.append("<div class=\"tiles\">\n");
        tile(Integer.toString(pushes.done()), "pushes acknowledged", "median " + time(pushes.p50()) + ", p99 "
            + time(pushes.p99()));
        tile(Integer.toString(reads.done()), "reads served", "median " + time(reads.p50()) + ", p99 "
            + time(reads.p99()));
        tile(Integer.toString(result.faults().size()), "faults injected", result.faults().stream()
            .map(FaultRecord::kind).distinct().count() + " kinds");
        tile(Integer.toString(pushes.failed() + reads.failed()), "operations failed", "of "
            + (pushes.all() + reads.all()));
        tile(time(figures.longestWithoutPush(Duration.ZERO, result.worked())), "longest without a push",
            "in the whole run");
        page.append("</div>\n");
    }

    private void tile(String number, String what, String more) {
        page.append("<div class=\"tile\"><b>").append(number).append("</b><span>").append(what)
            .append("</span><small>").append(more).append("</small></div>\n");
    }

    private void section(String title, String words) {
        page.append("<h2>").append(title).append("</h2>\n<p>").append(words).append("</p>\n");
    }

    private void checks() {
        section("Checks", "Made after all faults were healed. Each says how much it looked at.");
        page.append("<table>").append(head("", "claim", "looked at"));
        for (CheckResult check : result.checks()) {
            page.append(row(check.holds() ? "<b class=\"ok\">holds</b>" : "<b class=\"no\">fails</b>",
                escaped(check.name()) + sentences(check.faults()), escaped(check.examined())));
        }
        page.append("</table>\n");
    }

    private static String sentences(List<String> faults) {
        if (faults.isEmpty()) {
            return "";
        }
        String more = faults.size() > FAULTS_OF_CHECK_MAX ? "<li>and " + (faults.size() - FAULTS_OF_CHECK_MAX)
            + " more</li>" : "";
        return "<ul>" + faults.stream().limit(FAULTS_OF_CHECK_MAX)
            .map(fault -> "<li><pre>" + escaped(fault) + "</pre></li>").collect(Collectors.joining()) + more + "</ul>";
    }

    private void faultKinds() {
        section("Kinds of faults", "How often each came, and how long it took until a push succeeded that had begun"
            + " after the fault: the shortest, the median and the longest.");
        page.append("<table>").append(head("kind", "what", "number", "next push: shortest", "median", "longest"));
        Map<FaultKind, List<FaultRecord>> byKind = result.faults().stream()
            .collect(Collectors.groupingBy(FaultRecord::kind));
        byKind.keySet().stream().sorted().forEach(kind -> {
            List<Duration> next = byKind.get(kind).stream().map(fault -> figures.nextPush(fault.begun()))
                .flatMap(Optional::stream).sorted().toList();
            page.append(row(kind.id(), kind.title(), Integer.toString(byKind.get(kind).size()),
                next.isEmpty() ? "none" : time(next.getFirst()), time(Figures.quantile(next, 0.5)),
                next.isEmpty() ? "none" : time(next.getLast())));
        });
        page.append("</table>\n");
    }

    private void faults() {
        section("Every fault", "With what happened to clients from its begin until it was healed.");
        page.append("<table>").append(head("begun", "healed", "kind", "hit", "effect", "next push", "longest without",
            "pushes", "reads"));
        for (FaultRecord fault : result.faults()) {
            page.append(row(time(fault.begun()), time(fault.healed()), fault.kind().id(),
                escaped(fault.entry().fault().target()), escaped(fault.effect()),
                figures.nextPush(fault.begun()).map(Markup::time).orElse("none"),
                time(figures.longestWithoutPush(fault.begun(), fault.healed())),
                meanwhile(fault, true), meanwhile(fault, false)));
        }
        page.append("</table>\n");
    }

    private String meanwhile(FaultRecord fault, boolean pushes) {
        Figures.Tally tally = figures.of(operation -> operation.kind().isPush() == pushes
            && operation.ended().compareTo(fault.begun()) >= 0 && operation.begun().compareTo(fault.healed()) <= 0);
        return tally.done() + " done, " + tally.failed() + " failed";
    }

    private void outcomes() {
        section("What clients did", "Rejected pushes found another value than the one they had read: that is as it must"
            + " be. After a failure the client cannot know whether its push took effect; the checks allow both.");
        page.append("<table>")
            .append(head("operation", "door", "done", "rejected", "failed", "median", "p99", "slowest"));
        for (Operation.Kind kind : Operation.Kind.values()) {
            for (Operation.Door door : Operation.Door.values()) {
                Figures.Tally tally =
                    figures.of(operation -> operation.kind() == kind && operation.door() == door);
                page.append(row(kind.title(), door.name(), Integer.toString(tally.done()),
                    Integer.toString(tally.rejected()), Integer.toString(tally.failed()),
                    known(tally, tally.p50()), known(tally, tally.p99()), known(tally, tally.max())));
            }
        }
        page.append("</table>\n");
    }

    private static String known(Figures.Tally tally, Duration time) {
        return tally.done() == 0 ? "" : time(time);
    }

    private void errors() {
        section("What clients were told when something failed", "Names and numbers are made alike.");
        page.append("<table>").append(head("times", "text"));
        figures.errors(ERRORS_MAX).forEach(error ->
            page.append(row(Integer.toString(error.getValue()), escaped(error.getKey()))));
        page.append("</table>\n");
    }

    private void footprints() {
        section("What the processes hold", "When everything ran, before the clients began, and when all was over; heap"
            + " after a collection.");
        page.append("<table>").append(head("process", "starts", "files: first", "last", "heap: first", "last",
            "resident: first", "last"));
        result.footprints().forEach((name, pair) -> page.append(row(name, Integer.toString(pair.starts()),
            Integer.toString(pair.first().files()), Integer.toString(pair.last().files()),
            pair.first().heapMebibytes() + " MiB", pair.last().heapMebibytes() + " MiB",
            pair.first().residentMebibytes() + " MiB", pair.last().residentMebibytes() + " MiB")));
        page.append("</table>\n");
    }

    private void environment() {
        section("Where", "One machine; every process listens on loopback.");
        page.append("<table>");
        result.environment().forEach((name, value) -> page.append(row(escaped(name), escaped(value))));
        page.append(row("faults that were possible", Arrays.stream(FaultKind.values())
            .filter(result.settings().kinds()::contains).map(FaultKind::id).collect(Collectors.joining(", "))));
        page.append("</table>\n");
    }
}
