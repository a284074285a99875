package dev.trine.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class RatioPlotTest {
    private static final Suite SUITE = Suite.overHttp("any", "any work", contest -> { });

    private final Report report = new Report();

    @Test
    void aRowIsABarForTimeAndOneForProcessorTime() throws Exception {
        report.add(SUITE, row("clone & <more>", 20, 40, Optional.empty()));
        Document svg = draw();
        assertThat(svg.getElementsByTagName("polyline").getLength()).isZero();
        NodeList bars = svg.getElementsByTagName("title");
        assertThat(bars.getLength()).isEqualTo(2);
        assertThat(bars.item(0).getTextContent()).isEqualTo("wall 0.500");
    }

    @Test
    void theRatioToJGitIsARingAndInColumnsOfItsOwn() throws Exception {
        Row row = new Row("clone", GitHost.Transport.HTTP, costs(20), Map.of(Peer.CGIT, costs(40), Peer.JGIT,
            costs(10)), List.of(Aim.wall(0.6)), Optional.empty());
        assertThat(report.add(SUITE, row)).contains("0.50 <= 0.60").endsWith("     10.0   2.00   2.00");
        NodeList rings = draw().getElementsByTagName("circle");
        assertThat(rings.getLength()).isEqualTo(2);
        assertThat(rings.item(0).getTextContent()).isEqualTo("wall to JGit 2.000");
    }

    @Test
    void stepsOfOneCurveAreOneLineForEachHostAndCost() throws Exception {
        report.add(SUITE, row("a", 1, 10, Optional.of(new Row.Step("fetch", "refs", 10))));
        report.add(SUITE, row("b", 10, 100, Optional.of(new Row.Step("fetch", "refs", 100))));
        report.add(SUITE, row("c", 5, 5, Optional.of(new Row.Step("push", "refs", 10))));
        Document svg = draw();
        assertThat(svg.getElementsByTagName("title").getLength()).as("steps are no bars").isZero();
        NodeList lines = svg.getElementsByTagName("polyline");
        assertThat(lines.getLength()).isEqualTo(2 * 2 * 2);
        // one millisecond is the bottom of the frame, ten are a quarter of four powers of ten above it
        assertThat(points(lines, 0)).isEqualTo("44.0,174.0 314.0,136.5");
        assertThat(points(lines, 1)).isEqualTo("44.0,136.5 314.0,99.0");
    }

    private static String points(NodeList lines, int which) {
        return lines.item(which).getAttributes().getNamedItem("points").getNodeValue();
    }

    @Test
    void aRunWithoutRowsCanBeDrawn() throws Exception {
        assertThat(draw().getDocumentElement().getTagName()).isEqualTo("svg");
    }

    @Test
    void theTableShowsTheStepsOfACurveAsRows() {
        assertThat(report.add(SUITE, row("fetch, 10 refs", 20, 40, Optional.of(new Row.Step("fetch", "refs", 10)))))
            .startsWith("HTTP  fetch, 10 refs ").contains(" 0.50 ");
    }

    private Document draw() throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new InputSource(new StringReader(RatioPlot.draw(report))));
    }

    private static Row row(String title, int ours, int theirs, Optional<Row.Step> step) {
        return new Row(title, GitHost.Transport.HTTP, costs(ours), Map.of(Peer.CGIT, costs(theirs)), List.of(), step);
    }

    private static Costs costs(int millis) {
        return new Costs(List.of(new Cost(Duration.ofMillis(millis), Duration.ofMillis(millis), 1, 1)));
    }
}
