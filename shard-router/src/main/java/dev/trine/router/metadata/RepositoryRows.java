package dev.trine.router.metadata;

import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.routing.Placement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** How a repository lies in two tables: one row per member, in slot order, each with the repository's own columns. */
final class RepositoryRows {
    static final String SELECT = "SELECT r.id, r.path, r.shard, r.phase, r.generation, r.default_branch, r.created_ms,"
        + " r.is_archived,"
        + " m.node, m.incarnation FROM repositories r JOIN replicas m ON m.repository = r.id ";

    private RepositoryRows() {
    }

    private record Row(RepoId id, RepoPath path, String shard, Phase phase, long generation, String defaultBranch,
                       Instant created, boolean archived, Member member) {
        static Row read(ResultSet row) throws SQLException {
            return new Row(new RepoId(row.getString("id")), new RepoPath(row.getString("path")),
                row.getString("shard"), Phase.valueOf(row.getString("phase")), row.getLong("generation"),
                row.getString("default_branch"), Instant.ofEpochMilli(row.getLong("created_ms")),
                row.getBoolean("is_archived"),
                new Member(new NodeId(row.getString("node")), new Incarnation(row.getString("incarnation"))));
        }

        Repository with(List<Member> members, Policy above) {
            return new Repository(id, path, shard, phase, new Placement(generation, members), defaultBranch, created,
                new Policy(above.visibility(), archived, above.refRules()));
        }
    }

    /** The repositories in the order of the query, which must also order by slot. */
    static List<Repository> read(Handle handle, Query query) {
        Map<RepoId, List<Row>> byId = new LinkedHashMap<>();
        for (Row row : query.map((result, at) -> Row.read(result)).list()) {
            byId.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row);
        }
        Map<RepoPath, Policy> policies =
            Policies.of(handle, byId.values().stream().map(rows -> rows.getFirst().path()).toList());
        return byId.values().stream().map(rows -> rows.getFirst().with(rows.stream().map(Row::member).toList(),
            policies.get(rows.getFirst().path()))).toList();
    }
}
