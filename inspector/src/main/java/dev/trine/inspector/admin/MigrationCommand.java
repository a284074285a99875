package dev.trine.inspector.admin;

import dev.trine.proto.FindMigrationReply;
import dev.trine.proto.FindMigrationRequest;
import dev.trine.proto.ListMigrationRulesRequest;
import dev.trine.proto.MigrationRule;
import dev.trine.proto.RemoveMigrationRuleRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which repositories an upstream still serves. */
@Command(name = "migration", description = "Move repositories here from an older Git host, one by one or group by"
    + " group, behind one URL: rules say which ones that host still serves.",
    footer = {"%nExamples:", "  trine migration set team --to old", "  trine migration set team/app --here",
        "  trine migration where team/app"})
final class MigrationCommand {
    private static final String PATH_HELP = "Group or repository; a rule on a group holds below it; '*': everywhere.";
    private static final int ALL = 100;

    private final Clusters clusters;

    MigrationCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Who serves it. */
    static final class Served {
        @Option(names = "--to", paramLabel = "UPSTREAM", required = true, description = "Name of the upstream that"
            + " serves what the rule covers.")
        private String upstream = "";

        @Option(names = "--here", required = true, description = "All that the rule covers is served here.")
        private boolean here;
    }

    @Command(name = "set", description = {"Set the rule of a path, in place of the one that it had.",
        "Of several that cover a repository, the one on the nearest path counts.",
        "It holds for every request that begins a second or two later."},
        footer = {"%nExamples:", "  trine migration set '*' --to old",
            "  trine migration set team --to old --percent 90",
            "  trine migration set team/app --to old --read-only", "  trine migration set team/app --here"})
    void set(@Mixin Session session, @ArgGroup(multiplicity = "1") Served served,
             @Option(names = "--percent", paramLabel = "N", defaultValue = Option.NULL_VALUE,
                 description = "How many of a hundred repositories the upstream serves (default: 100); which ones"
                     + " follows from their paths.") Optional<Integer> percent,
             @Option(names = "--read-only", description = "Refuse pushes to what the upstream serves, for the last"
                 + " copy.") boolean readOnly,
             @Parameters(paramLabel = "PATH", description = PATH_HELP) String path) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            MigrationRule rule = MigrationRule.newBuilder().setPath(path).setUpstream(served.upstream)
                .setPercent(percent.orElse(served.here ? 0 : ALL)).setReadOnly(readOnly).build();
            MigrationRuleView set = MigrationRuleView.of(client.upstreams(stub -> stub.setMigrationRule(rule)));
            session.done(set, set.sentence());
        }
    }

    @Command(name = "list", description = "List all migration rules.",
        footer = {"%nExample:", "  trine migration list -o json"})
    void list(@Mixin Session session) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            List<MigrationRuleView> rules = client.upstreams(stub -> stub.listMigrationRules(
                ListMigrationRulesRequest.getDefaultInstance())).getRulesList().stream().map(MigrationRuleView::of)
                .toList();
            session.list(rules, MigrationRuleView.COLUMNS);
        }
    }

    @Command(name = "remove", description = "Take away the rule that was set on exactly this path.",
        footer = {"%nExample:", "  trine migration remove team/app"})
    void remove(@Mixin Session session,
                @Parameters(paramLabel = "PATH", description = PATH_HELP) String path) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            client.upstreams(stub -> stub.removeMigrationRule(
                RemoveMigrationRuleRequest.newBuilder().setPath(path).build()));
            session.done(Map.of("path", path), "removed the migration rule on " + path);
        }
    }

    @Command(name = "where", description = "Say who serves a repository, and by which rule, whether or not it exists.",
        footer = {"%nExample:", "  trine migration where team/app"})
    void where(@Mixin Session session,
               @Parameters(paramLabel = "REPOSITORY", description = "Path of a repository.") String path) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            FindMigrationReply found = client.upstreams(stub -> stub.findMigration(
                FindMigrationRequest.newBuilder().setPath(path).build()));
            Optional<MigrationRuleView> rule = found.hasRule() ? Optional.of(MigrationRuleView.of(found.getRule()))
                : Optional.empty();
            Optional<UpstreamView> upstream = found.hasUpstream() ? Optional.of(UpstreamView.of(found.getUpstream()))
                : Optional.empty();
            Where where = new Where(found.getPath(), upstream, rule);
            session.done(where, where.sentence());
        }
    }

    /** Who serves a repository; no upstream: it is served here. */
    record Where(String path, Optional<UpstreamView> upstream, Optional<MigrationRuleView> rule) {
        String sentence() {
            return path + " is served "
                + upstream.map(to -> "by upstream " + to.name() + ", " + to.url()).orElse("here")
                + rule.map(by -> " (rule on " + by.path() + ")").orElse(" (no rule covers it)");
        }
    }
}
