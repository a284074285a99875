package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.MigrationRule;
import java.util.List;
import java.util.Optional;

/** A migration rule as it is shown. */
record MigrationRuleView(String path, Optional<String> upstream, int percent, boolean readOnly) {
    static final List<Column<MigrationRuleView>> COLUMNS = List.of(
        new Column<>("PATH", MigrationRuleView::path),
        new Column<>("SERVED", rule -> rule.upstream().map(name -> "by " + name).orElse("here")),
        new Column<>("PERCENT", rule -> rule.upstream().map(name -> String.valueOf(rule.percent())).orElse("")),
        new Column<>("PUSHES", rule -> rule.readOnly() ? "refused" : ""));

    static MigrationRuleView of(MigrationRule rule) {
        return new MigrationRuleView(rule.getPath(), Wire.nonEmpty(rule.getUpstream()), rule.getPercent(),
            rule.getReadOnly());
    }

    /** One sentence. */
    String sentence() {
        return upstream.map(name -> path + ": upstream " + name + " serves " + (percent == 100 ? "all"
            : percent + " % of the repositories, the others are served here")
            + (readOnly ? "; pushes to what it serves are refused" : "")).orElse(path + ": all is served here");
    }
}
