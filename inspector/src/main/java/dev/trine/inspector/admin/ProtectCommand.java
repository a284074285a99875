package dev.trine.inspector.admin;

import dev.trine.proto.ListRefRulesRequest;
import dev.trine.proto.RefRule;
import dev.trine.proto.RemoveRefRuleRequest;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Protected branches and tags. */
@Command(name = "protect", description = "Protect branches and tags: say who may push to them, force and delete them.",
    footer = {"%nExamples:", "  trine protect set team/app refs/heads/main", "  trine protect list team/app"})
final class ProtectCommand {
    private static final String PATH_HELP = "Group or repository; a rule on a group holds below it; '*': everywhere.";

    private final Clusters clusters;

    ProtectCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    @Command(name = "set", description = {"Protect the refs that match a pattern; replaces the rule of that pattern.",
        "Where several rules match a ref, all of them hold. The rules hold on every way to change a ref."},
        footer = {"%nExamples:", "  trine protect set team/app refs/heads/main",
            "  trine protect set team 'refs/heads/release/*' --push admin",
            "  trine protect set team 'refs/tags/**' --push write"})
    void set(@Mixin Session session,
             @Option(names = "--push", paramLabel = "ROLE", defaultValue = "maintain", description = "Least role that"
                 + " may create the ref and move it forwards: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
                 LeastRole push,
             @Option(names = "--force", paramLabel = "ROLE", defaultValue = "nobody", description = "Least role that"
                 + " may move it elsewhere (default: ${DEFAULT-VALUE}).") LeastRole force,
             @Option(names = "--delete", paramLabel = "ROLE", defaultValue = "nobody", description = "Least role that"
                 + " may delete it (default: ${DEFAULT-VALUE}).") LeastRole delete,
             @Parameters(index = "0", paramLabel = "PATH", description = PATH_HELP) String path,
             @Parameters(index = "1", paramLabel = "PATTERN", description = "Full ref name; '*' stands for anything but"
                 + " '/', '**' for anything.") String pattern) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            RefRule rule = RefRule.newBuilder().setPath(path).setPattern(pattern).setPush(push.role())
                .setForce(force.role()).setDelete(delete.role()).build();
            RefRuleView set = RefRuleView.of(client.call(stub -> stub.setRefRule(rule)));
            session.done(set, set.pattern() + " on " + set.path() + ": push " + set.push() + ", force " + set.force()
                + ", delete " + set.delete());
        }
    }

    @Command(name = "list", description = "List the rules that hold on a path, those of the groups above it included.",
        footer = {"%nExamples:", "  trine protect list team/app", "  trine protect list team -o json"})
    void list(@Mixin Session session,
              @Parameters(paramLabel = "PATH", description = PATH_HELP) String path) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ListRefRulesRequest request = ListRefRulesRequest.newBuilder().setPath(path).build();
            List<RefRuleView> rules =
                client.call(stub -> stub.listRefRules(request)).getRulesList().stream().map(RefRuleView::of).toList();
            session.list(rules, RefRuleView.COLUMNS);
        }
    }

    @Command(name = "remove", description = "Take away the rule that was set on exactly this path.",
        footer = {"%nExample:", "  trine protect remove team/app refs/heads/main"})
    void remove(@Mixin Session session,
                @Parameters(index = "0", paramLabel = "PATH", description = PATH_HELP) String path,
                @Parameters(index = "1", paramLabel = "PATTERN", description = "As it was set.") String pattern) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            RemoveRefRuleRequest request = RemoveRefRuleRequest.newBuilder().setPath(path).setPattern(pattern).build();
            client.call(stub -> stub.removeRefRule(request));
            session.done(Map.of("path", path, "pattern", pattern), "removed the rule " + pattern + " on " + path);
        }
    }
}
