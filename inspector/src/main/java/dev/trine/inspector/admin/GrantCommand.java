package dev.trine.inspector.admin;

import dev.trine.proto.Grant;
import dev.trine.proto.ListGrantsRequest;
import dev.trine.proto.RemoveGrantRequest;
import dev.trine.proto.SetGrantRequest;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Grants: who may do what where. */
@Command(name = "grant", description = "Set, list and remove grants: who may do what on which group or repository.",
    footer = {"%nExamples:", "  trine grant set alice team write", "  trine grant list --user alice"})
final class GrantCommand {
    private static final String PATH_HELP = "Group or repository; a grant on a group holds below it; '*': everywhere.";

    private final Clusters clusters;

    GrantCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    @Command(name = "set", description = "Give a user a role on a path; replaces the one that he had there.",
        footer = {"%nExamples:", "  trine grant set alice team/app write", "  trine grant set bob team admin",
            "  trine grant set auditor '*' read"})
    void set(@Mixin Session session,
             @Parameters(index = "0", paramLabel = "USER", description = "Who.") String user,
             @Parameters(index = "1", paramLabel = "PATH", description = PATH_HELP) String path,
             @Parameters(index = "2", paramLabel = "ROLE", description = "One of ${COMPLETION-CANDIDATES}: clone and"
                 + " fetch; also push; also protect refs, archive and look after deploy keys; also create, rename,"
                 + " delete and grant.") GrantRoleName role) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            Grant grant = Grant.newBuilder().setUser(user).setPath(path).setRole(role.role()).build();
            GrantView set = GrantView.of(
                client.call(stub -> stub.setGrant(SetGrantRequest.newBuilder().setGrant(grant).build())));
            session.done(set, set.user() + " has " + set.role() + " on " + set.path());
        }
    }

    @Command(name = "list", description = "List grants, in order of path and user.",
        footer = {"%nExamples:", "  trine grant list", "  trine grant list --user alice",
            "  trine grant list --path team"})
    void list(@Mixin Session session,
              @Option(names = "--user", paramLabel = "USER", defaultValue = "",
                  description = "Only this user's.") String user,
              @Option(names = "--path", paramLabel = "PATH", defaultValue = "",
                  description = "Only those set on exactly this path.") String path) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ListGrantsRequest request = ListGrantsRequest.newBuilder().setUser(user).setPath(path).build();
            List<GrantView> grants =
                client.call(stub -> stub.listGrants(request)).getGrantsList().stream().map(GrantView::of).toList();
            session.list(grants, GrantView.COLUMNS);
        }
    }

    @Command(name = "remove", description = "Take away the grant that was set on exactly this path.",
        footer = {"%nExample:", "  trine grant remove alice team"})
    void remove(@Mixin Session session,
                @Parameters(index = "0", paramLabel = "USER", description = "Who.") String user,
                @Parameters(index = "1", paramLabel = "PATH", description = PATH_HELP) String path) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            RemoveGrantRequest request = RemoveGrantRequest.newBuilder().setUser(user).setPath(path).build();
            client.call(stub -> stub.removeGrant(request));
            session.done(Map.of("user", user, "path", path), "removed the grant of " + user + " on " + path);
        }
    }
}
