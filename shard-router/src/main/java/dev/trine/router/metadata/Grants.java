package dev.trine.router.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Who may do what where; one role per user and scope. */
public final class Grants {
    private static final String SELECT = "SELECT u.name, g.scope, g.access_role FROM grants g"
        + " JOIN users u ON u.id = g.user_id ";

    private final Database database;

    Grants(Database database) {
        this.database = database;
    }

    static List<Grant> ofUser(Handle handle, User user) {
        return read(handle.createQuery(SELECT + "WHERE g.user_id = :user ORDER BY g.scope").bind("user", user.id()));
    }

    /** Grants of users whose ids follow each other without others between. */
    static Map<UserName, List<Grant>> ofUsers(Handle handle, List<User> users) {
        return users.isEmpty() ? Map.of() : read(handle
            .createQuery(SELECT + "WHERE g.user_id >= :first AND g.user_id <= :last ORDER BY g.scope")
            .bind("first", users.getFirst().id()).bind("last", users.getLast().id()))
            .stream().collect(Collectors.groupingBy(Grant::user));
    }

    private static List<Grant> read(Query query) {
        return query.map((row, at) -> new Grant(new UserName(row.getString("name")), new Scope(row.getString("scope")),
            AccessRole.valueOf(row.getString("access_role")))).list();
    }

    /** What became of a grant. */
    public enum Outcome {
        /** It holds. */
        SET,
        /** The user has too many. */
        TOO_MANY,
        /** He has too many in the same top group. */
        TOO_MANY_IN_GROUP
    }

    /** Gives the user that role there, in place of the one that he had there; false: he has so many already. */
    public boolean set(User user, Scope scope, AccessRole role, int most) {
        return set(user, scope, role, most, most) == Outcome.SET;
    }

    /** The same, if he has not so many in the same top group, either. */
    public Outcome set(User user, Scope scope, AccessRole role, int most, int mostInGroup) {
        return database.inTransaction(handle -> {
            Users.lock(handle, user);
            List<Scope> has = ofUser(handle, user).stream().map(Grant::scope).toList();
            if (!has.contains(scope)) {
                if (has.size() >= most) {
                    return Outcome.TOO_MANY;
                }
                if (has.stream().filter(each -> each.topGroup().equals(scope.topGroup())).count() >= mostInGroup) {
                    return Outcome.TOO_MANY_IN_GROUP;
                }
            }
            handle.createUpdate("INSERT INTO grants (user_id, scope, access_role) VALUES (:user, :scope, :role)"
                    + " ON DUPLICATE KEY UPDATE access_role = VALUES(access_role)")
                .bind("user", user.id()).bind("scope", scope.value()).bind("role", role.name()).execute();
            return Outcome.SET;
        });
    }

    /** Takes the grant away; false: there was none. */
    public boolean remove(User user, Scope scope) {
        return database.with(handle -> handle
            .createUpdate("DELETE FROM grants WHERE user_id = :user AND scope = :scope")
            .bind("user", user.id()).bind("scope", scope.value()).execute()) > 0;
    }

    /** Grants of that user, or everybody's, on exactly that scope, or on any; in order of scope, then user. */
    public List<Grant> list(Optional<User> of, Optional<Scope> on) {
        return database.with(handle -> {
            Query query = handle.createQuery(SELECT + "WHERE 1 = 1" + (of.isPresent() ? " AND g.user_id = :user" : "")
                + (on.isPresent() ? " AND g.scope = :scope" : "") + " ORDER BY g.scope, u.name");
            of.ifPresent(user -> query.bind("user", user.id()));
            on.ifPresent(scope -> query.bind("scope", scope.value()));
            return read(query);
        });
    }
}
