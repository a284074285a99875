package dev.trine.inspector.admin;

import dev.trine.inspector.admin.Pages.Page;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.inspector.cli.ExitCode;
import dev.trine.proto.ArchiveRepoRequest;
import dev.trine.proto.CreateRepoRequest;
import dev.trine.proto.DeleteRepoRequest;
import dev.trine.proto.DescribeRepoRequest;
import dev.trine.proto.ListReposReply;
import dev.trine.proto.ListReposRequest;
import dev.trine.proto.RenameRepoRequest;
import dev.trine.proto.RepairRepoRequest;
import dev.trine.proto.SetVisibilityRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Repositories. */
@Command(name = "repo", description = "Create, list, describe, repair, rename and delete repositories.",
    footer = {"%nExamples:", "  trine repo create team/app", "  trine repo describe team/app -o json"})
final class RepoCommand {
    private static final Duration REPAIR_MAX = Duration.ofMinutes(31);
    private static final String REPO_HELP = "Path or id of the repository.";

    private final Clusters clusters;
    private final Prompt prompt;

    RepoCommand(Clusters clusters, Prompt prompt) {
        this.clusters = clusters;
        this.prompt = prompt;
    }

    @Command(name = "create", description = "Create an empty repository on the three nodes of a shard.",
        footer = {"%nExamples:", "  trine repo create team/app",
            "  trine repo create team/app --default-branch trunk --shard s1"})
    void create(@Mixin Session session,
                @Option(names = "--default-branch", paramLabel = "NAME", defaultValue = "",
                    description = "What HEAD points at (default: the cluster's choice).") String branch,
                @Option(names = "--shard", paramLabel = "NAME", defaultValue = "",
                    description = "Where to put it (default: the router chooses).") String shard,
                @Parameters(paramLabel = "PATH", description = "<group>[/<sub>...]/<name>.") String path) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            CreateRepoRequest request = CreateRepoRequest.newBuilder().setPath(path).setDefaultBranch(branch)
                .setShard(shard).build();
            RepoView repo = RepoView.of(client.call(stub -> stub.createRepo(request)));
            session.done(repo, "created " + repo.path() + " with id " + repo.id() + " on shard " + repo.shard());
        }
    }

    @Command(name = "list", description = "List repositories, in order of path.",
        footer = {"%nExamples:", "  trine repo list", "  trine repo list team -o json | jq -r '.[].path'"})
    void list(@Mixin Session session,
              @Parameters(paramLabel = "GROUP", arity = "0..1", defaultValue = "",
                  description = "Only this group and what is below it (default: all).") String group) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            List<RepoView> repos = Pages.all(after -> page(client, group, after), RepoView::path);
            session.list(repos, RepoView.COLUMNS);
        }
    }

    private static Page<RepoView> page(AdminClient client, String group, String after) {
        ListReposReply reply = client.call(stub -> stub.listRepos(ListReposRequest.newBuilder()
            .setGroup(group).setAfter(after).setLimit(Pages.PAGE_MAX_ITEMS).build()));
        return new Page<>(reply.getReposList().stream().map(RepoView::of).toList(), reply.getMore());
    }

    @Command(name = "describe", description = {"Show a repository and its replicas as the nodes know them.",
        "Replicas of one version have equal digests (over all refs and symbolic refs)."},
        footer = {"%nExamples:", "  trine repo describe team/app",
            "  trine repo describe team/app -o json | jq -r '.replicas[].digest' | uniq"})
    void describe(@Mixin Session session, @Parameters(paramLabel = "REPO", description = REPO_HELP) String repo) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            DescribeRepoRequest request = DescribeRepoRequest.newBuilder().setRepo(repo).build();
            RepoDescriptionView view = RepoDescriptionView.of(client.call(stub -> stub.describeRepo(request)));
            session.show(view, () -> view.print(session.out()));
        }
    }

    @Command(name = "repair", description = {
        "Have nodes read all packs of a repository to their end, and repair what is damaged.",
        "A replica that was withdrawn takes part again once everything is there. The exit code is 3 if one does not."},
        footer = {"%nExamples:", "  trine repo repair team/app", "  trine repo repair team/app --node n2"})
    int repair(@Mixin Session session,
               @Option(names = "--node", paramLabel = "NODE", defaultValue = "",
                   description = "Only this node (default: all three, one after the other).") String node,
               @Parameters(paramLabel = "REPO", description = REPO_HELP) String repo) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            RepairRepoRequest request = RepairRepoRequest.newBuilder().setRepo(repo).setNode(node).build();
            List<RepairView> nodes = client.call(REPAIR_MAX, stub -> stub.repairRepo(request)).getNodesList().stream()
                .map(RepairView::of).toList();
            session.list(nodes, RepairView.COLUMNS);
            return (nodes.stream().allMatch(RepairView::sound) ? ExitCode.OK : ExitCode.DEGRADED).number();
        }
    }

    @Command(name = "rename", description = "Give a repository another path; its id and data stay where they are.",
        footer = {"%nExample:", "  trine repo rename team/app team/service"})
    void rename(@Mixin Session session,
                @Parameters(index = "0", paramLabel = "REPO", description = REPO_HELP) String repo,
                @Parameters(index = "1", paramLabel = "NEW_PATH", description = "The new path.") String newPath) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            RenameRepoRequest request = RenameRepoRequest.newBuilder().setRepo(repo).setNewPath(newPath).build();
            RepoView renamed = RepoView.of(client.call(stub -> stub.renameRepo(request)));
            session.done(renamed, "renamed " + repo + " to " + renamed.path());
        }
    }

    @Command(name = "archive", description = "Make a repository read-only: it can be cloned, not pushed to.",
        footer = {"%nExample:", "  trine repo archive team/app"})
    void archive(@Mixin Session session,
                 @Parameters(paramLabel = "REPO", description = REPO_HELP) String repo) {
        archive(session, repo, true, " is read-only now");
    }

    @Command(name = "unarchive", description = "Let an archived repository be pushed to again.",
        footer = {"%nExample:", "  trine repo unarchive team/app"})
    void unarchive(@Mixin Session session,
                   @Parameters(paramLabel = "REPO", description = REPO_HELP) String repo) {
        archive(session, repo, false, " can be pushed to again");
    }

    private void archive(Session session, String repo, boolean archived, String sentence) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ArchiveRepoRequest request = ArchiveRepoRequest.newBuilder().setRepo(repo).setArchived(archived).build();
            RepoView view = RepoView.of(client.call(stub -> stub.archiveRepo(request)));
            session.done(view, view.path() + sentence);
        }
    }

    @Command(name = "visibility", description = {"Say who may read a repository, or all below a group, without a role.",
        "What is set on the nearest path counts. Public ones are read without signing in where the routers allow it."},
        footer = {"%nExamples:", "  trine repo visibility team internal", "  trine repo visibility team/app inherit"})
    void visibility(@Mixin Session session,
                    @Parameters(index = "0", paramLabel = "PATH",
                        description = "Repository or group; '*': everywhere.") String path,
                    @Parameters(index = "1", paramLabel = "VISIBILITY", description = "One of ${COMPLETION-CANDIDATES}:"
                        + " nobody; every user who signs in; everybody; as the nearest group above says.")
                        VisibilityName visibility) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            SetVisibilityRequest request = SetVisibilityRequest.newBuilder().setPath(path)
                .setVisibility(visibility.value()).build();
            client.call(stub -> stub.setVisibility(request));
            session.done(Map.of("path", path, "visibility", visibility.toString()), path + ": " + visibility);
        }
    }

    @Command(name = "delete", description = "Delete a repository with its data on all nodes, for ever.",
        footer = {"%nExamples:", "  trine repo delete team/app", "  trine repo delete --yes team/app"})
    void delete(@Mixin Session session,
                @Option(names = {"-y", "--yes"}, description = "Do not ask.") boolean yes,
                @Parameters(paramLabel = "REPO", description = REPO_HELP) String repo) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            if (!yes) {
                confirm(repo);
            }
            client.call(stub -> stub.deleteRepo(DeleteRepoRequest.newBuilder().setRepo(repo).build()));
            session.done(Map.of("repo", repo), "deleted " + repo);
        }
    }

    private void confirm(String repo) {
        Optional<String> answer =
            prompt.ask("Delete " + repo + " and all its data, for ever? Type its name to confirm:");
        if (answer.isEmpty()) {
            throw new CommandFailure("nothing was deleted: there is nobody to ask, confirm with --yes");
        }
        if (!answer.get().strip().equals(repo)) {
            throw new CommandFailure("nothing was deleted: the answer was not '" + repo + "'");
        }
    }
}
