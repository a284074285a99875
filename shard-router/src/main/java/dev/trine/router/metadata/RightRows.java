package dev.trine.router.metadata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** How the rights of one kind of credential lie in a table: one row each, one role for a credential and scope. */
final class RightRows {
    static final RightRows OF_TOKENS = new RightRows("token_rights", "token");
    static final RightRows OF_KEYS = new RightRows("key_rights", "ssh_key");

    private final String table;
    private final String owner;

    private RightRows(String table, String owner) {
        this.table = table;
        this.owner = owner;
    }

    private record Row(long owner, Right right) {
    }

    private Row read(ResultSet row) throws SQLException {
        return new Row(row.getLong(owner), new Right(new Scope(row.getString("scope")),
            AccessRole.valueOf(row.getString("access_role")), Rows.instant(row, "expires_ms")));
    }

    /** The rights of credentials with ids in that range, both ends included. */
    Map<Long, Rights> between(Handle handle, long first, long last) {
        return handle.createQuery("SELECT " + owner + ", scope, access_role, expires_ms FROM " + table + " WHERE "
                + owner + " >= :first AND " + owner + " <= :last ORDER BY scope")
            .bind("first", first).bind("last", last).map((row, at) -> read(row)).list().stream()
            .collect(Collectors.groupingBy(Row::owner,
                Collectors.collectingAndThen(Collectors.mapping(Row::right, Collectors.toList()), Rights::new)));
    }

    Rights of(Handle handle, long id) {
        return between(handle, id, id).getOrDefault(id, Rights.NONE);
    }

    /** Gives the credential those rights, each in place of the one that it has at the same scope. */
    void put(Handle handle, long id, List<Right> rights) {
        for (Right right : rights) {
            handle.createUpdate("INSERT INTO " + table + " (" + owner + ", scope, access_role, expires_ms)"
                    + " VALUES (:id, :scope, :role, :expires) ON DUPLICATE KEY UPDATE"
                    + " access_role = VALUES(access_role), expires_ms = VALUES(expires_ms)")
                .bind("id", id).bind("scope", right.scope().value()).bind("role", right.role().name())
                .bind("expires", right.expires().map(Instant::toEpochMilli).orElse(null)).execute();
        }
    }

    /** Takes the right at exactly that scope away; false: the credential has none there. */
    boolean remove(Handle handle, long id, Scope scope) {
        return handle.createUpdate("DELETE FROM " + table + " WHERE " + owner + " = :id AND scope = :scope")
            .bind("id", id).bind("scope", scope.value()).execute() > 0;
    }

    /** A repository was deleted: nobody has a right on what may come to the same path. */
    void forget(Handle handle, String path) {
        handle.createUpdate("DELETE FROM " + table + " WHERE scope = :path").bind("path", path).execute();
    }

    /** A repository was renamed: the rights on it go with it. */
    void move(Handle handle, RepoPath from, RepoPath to) {
        List<Long> owners = handle.createQuery("SELECT " + owner + " FROM " + table + " WHERE scope = :from")
            .bind("from", from.value()).mapTo(Long.class).list();
        for (long id : owners) {
            remove(handle, id, Scope.of(to));
            handle.createUpdate("UPDATE " + table + " SET scope = :to WHERE " + owner + " = :id AND scope = :from")
                .bind("id", id).bind("from", from.value()).bind("to", to.value()).execute();
        }
    }
}
