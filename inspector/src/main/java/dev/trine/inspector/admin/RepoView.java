package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.Member;
import dev.trine.proto.Repo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A repository as the directory knows it. */
record RepoView(String id, String path, String shard, long generation, List<String> nodes, String state,
                String visibility, boolean archived, Optional<String> created) {
    static final List<Column<RepoView>> COLUMNS = List.of(
        new Column<>("PATH", RepoView::path),
        new Column<>("ID", RepoView::id),
        new Column<>("SHARD", RepoView::shard),
        new Column<>("NODES", view -> String.join(",", view.nodes)),
        new Column<>("STATE", view -> view.archived ? view.state + ", archived" : view.state),
        new Column<>("VISIBILITY", RepoView::visibility),
        new Column<>("CREATED", view -> view.created.orElse("")));

    static RepoView of(Repo repo) {
        return new RepoView(repo.getId(), repo.getPath(), repo.getShard(), repo.getGeneration(),
            repo.getMembersList().stream().map(Member::getNode).toList(),
            repo.getState().toLowerCase(Locale.ROOT), VisibilityName.of(repo.getVisibility()), repo.getArchived(),
            Wire.time(repo.hasCreated(), repo.getCreated()));
    }
}
