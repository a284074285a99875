package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.Grant;
import java.util.List;

/** A grant as it is shown. */
record GrantView(String user, String path, String role) {
    static final List<Column<GrantView>> COLUMNS = List.of(
        new Column<>("PATH", GrantView::path),
        new Column<>("USER", GrantView::user),
        new Column<>("ROLE", GrantView::role));

    static GrantView of(Grant grant) {
        return new GrantView(grant.getUser(), grant.getPath(), GrantRoleName.of(grant.getRole()));
    }
}
