package dev.trine.deploy.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The same as the page, for programs. Times are milliseconds since the clients began, or of one operation. */
final class JsonReport {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int ERRORS_MAX = 100;

    private final RunResult result;
    private final Figures figures;

    JsonReport(RunResult result) {
        this.result = result;
        this.figures = new Figures(result.operations());
    }

    String render() {
        return JSON.writeValueAsString(toMap()) + "\n";
    }

    Map<String, Object> toMap() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("passed", result.passed());
        json.put("seed", result.settings().seed());
        json.put("command", result.command());
        json.put("clients", result.settings().clients());
        json.put("worked_ms", result.worked().toMillis());
        json.put("environment", result.environment());
        json.put("pushes", tally(figures.of(operation -> operation.kind().isPush())));
        json.put("reads", tally(figures.of(operation -> !operation.kind().isPush())));
        json.put("longest_without_push_ms", figures.longestWithoutPush(Duration.ZERO, result.worked()).toMillis());
        json.put("checks", result.checks().stream().map(JsonReport::check).toList());
        json.put("faults", result.faults().stream().map(this::fault).toList());
        json.put("operations", operations());
        json.put("push_seconds", figures.bySecond(operation -> operation.kind().isPush(), result.worked()).stream()
            .map(JsonReport::tally).toList());
        json.put("read_seconds", figures.bySecond(operation -> !operation.kind().isPush(), result.worked()).stream()
            .map(JsonReport::tally).toList());
        json.put("errors", figures.errors(ERRORS_MAX).stream()
            .map(error -> Map.of("times", error.getValue(), "text", error.getKey())).toList());
        json.put("footprints", result.footprints());
        return json;
    }

    private static Map<String, Object> tally(Figures.Tally tally) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("done", tally.done());
        json.put("rejected", tally.rejected());
        json.put("failed", tally.failed());
        json.put("p50_ms", tally.p50().toMillis());
        json.put("p99_ms", tally.p99().toMillis());
        json.put("max_ms", tally.max().toMillis());
        return json;
    }

    private static Map<String, Object> check(CheckResult check) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("claim", check.name());
        json.put("holds", check.holds());
        json.put("examined", check.examined());
        json.put("faults", check.faults());
        return json;
    }

    private Map<String, Object> fault(FaultRecord fault) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", fault.kind().id());
        json.put("hit", fault.entry().fault().target());
        json.put("begun_ms", fault.begun().toMillis());
        json.put("healed_ms", fault.healed().toMillis());
        json.put("effect", fault.effect());
        json.put("fired", fault.fired());
        Optional<Duration> next = figures.nextPush(fault.begun());
        next.ifPresent(time -> json.put("next_push_ms", time.toMillis()));
        json.put("longest_without_push_ms", figures.longestWithoutPush(fault.begun(), fault.healed()).toMillis());
        return json;
    }

    private List<Map<String, Object>> operations() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Operation.Kind kind : Operation.Kind.values()) {
            for (Operation.Door door : Operation.Door.values()) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("kind", kind.title());
                json.put("door", door.name());
                json.putAll(tally(figures.of(operation -> operation.kind() == kind && operation.door() == door)));
                rows.add(json);
            }
        }
        return rows;
    }
}
