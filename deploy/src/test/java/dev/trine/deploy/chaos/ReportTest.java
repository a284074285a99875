package dev.trine.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.deploy.chaos.Operation.Door;
import dev.trine.deploy.chaos.Operation.Kind;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page and the JSON say what the run has seen. */
class ReportTest {
    private static final ChaosSettings SETTINGS = new ChaosSettings(42, Duration.ofSeconds(30), 20,
        Duration.ofSeconds(1), EnumSet.of(FaultKind.KILL), "trine lab chaos --seed 42");
    private static final FaultRecord KILL = new FaultRecord(new Schedule.Entry(Duration.ofSeconds(10),
        Duration.ofSeconds(3), new Fault.Kill("n2")), Duration.ofSeconds(10), Duration.ofSeconds(15),
        "took requests again 1.2 s after its start", true);

    private static Operation push(long begunMillis, long endedMillis, Outcome outcome) {
        return new Operation(1, Door.SSH, Kind.APPEND, "chaos/base-0", Duration.ofMillis(begunMillis),
            Duration.ofMillis(endedMillis), List.of(), Map.of(), outcome);
    }

    private static RunResult result(CheckResult check) {
        List<Operation> operations = new ArrayList<>();
        for (int second = 0; second < 30; second++) {
            boolean away = second >= 10 && second < 12;
            operations.add(push(second * 1000, second * 1000 + 200,
                away ? new Outcome.Unknown("no <node> answers") : new Outcome.Done(Optional.empty())));
        }
        return new RunResult(SETTINGS, operations, List.of(KILL), List.of(check),
            Map.of("n1", new Footprints.Pair(1, new Footprints.Footprint(90, 20, 200),
                new Footprints.Footprint(95, 22, 220))), Map.of("git", "git version 2"), Duration.ofSeconds(30));
    }

    @Test
    void theDrawingIsWellFormedAndShowsFaultsSuccessesAndFailures() throws Exception {
        String page = new HtmlReport(result(new CheckResult("Refs", "30 refs", List.of()))).render();
        String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + "</svg>".length());
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(4);
        assertThat(svg).contains("class=\"fault\"").contains("kill -9 of one process, n2");
        assertThat(svg.split("class=\"failed\"")).hasSize(3);
        assertThat(svg.split("class=\"done\"")).hasSize(29);
        assertThat(page).doesNotContain("http://", "https://", "src=");
    }

    @Test
    void aFailedCheckIsTheFirstThingOnThePageAndItsTextIsEscaped() {
        String page = new HtmlReport(result(new CheckResult("Refs", "30 refs", List.of("n1 <lost> it")))).render();
        assertThat(page).contains("<h1>1 check fails</h1>").contains("n1 &lt;lost&gt; it")
            .contains("no &lt;node&gt; answers").doesNotContain("<lost>").doesNotContain("Every check holds");
        assertThat(new HtmlReport(result(new CheckResult("Refs", "30 refs", List.of()))).render())
            .contains("<h1>Every check holds</h1>").contains("trine lab chaos --seed 42");
    }

    @Test
    void theNextPushAfterAFaultIsTimedFromItsBegin() {
        JsonNode json = new JsonMapper().readTree(
            new JsonReport(result(new CheckResult("Refs", "30 refs", List.of("lost")))).render());
        assertThat(json.path("passed").asBoolean()).isFalse();
        assertThat(json.path("faults").get(0).path("next_push_ms").asLong()).isEqualTo(2_200);
        assertThat(json.path("faults").get(0).path("longest_without_push_ms").asLong()).isEqualTo(2_200);
        assertThat(json.path("longest_without_push_ms").asLong()).isEqualTo(3_000);
        assertThat(json.path("pushes").path("done").asInt()).isEqualTo(28);
        assertThat(json.path("pushes").path("failed").asInt()).isEqualTo(2);
        assertThat(json.path("push_seconds").get(10).path("failed").asInt()).isEqualTo(1);
        assertThat(json.path("errors").get(0).path("times").asInt()).isEqualTo(2);
    }

    @Test
    void quantilesAreTheSmallestTimesThatCoverTheirPart() {
        List<Duration> times = IntStream.rangeClosed(1, 200).mapToObj(Duration::ofMillis).toList();
        assertThat(Figures.quantile(times, 0.5)).isEqualTo(Duration.ofMillis(100));
        assertThat(Figures.quantile(times, 0.99)).isEqualTo(Duration.ofMillis(198));
        assertThat(Figures.quantile(List.of(), 0.5)).isZero();
    }
}
