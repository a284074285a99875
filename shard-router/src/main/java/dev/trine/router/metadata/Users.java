package dev.trine.router.metadata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** The users. */
public final class Users {
    static final String COLUMNS = "u.id, u.name, u.is_admin, u.is_disabled, u.created_ms";

    private final Database database;
    private final Clock clock;

    Users(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    static User read(ResultSet row) throws SQLException {
        return new User(row.getLong("id"), new UserName(row.getString("name")), row.getBoolean("is_admin"),
            row.getBoolean("is_disabled"), Instant.ofEpochMilli(row.getLong("created_ms")));
    }

    /** Adds a user; empty: the name is taken. */
    public Optional<User> create(UserName name, boolean admin) {
        long now = clock.millis();
        try {
            long id = database.with(handle -> handle
                .createUpdate("INSERT INTO users (name, is_admin, is_disabled, created_ms)"
                    + " VALUES (:name, :admin, FALSE, :now)")
                .bind("name", name.value()).bind("admin", admin).bind("now", now)
                .executeAndReturnGeneratedKeys("id").mapTo(Long.class).one());
            return Optional.of(new User(id, name, admin, false, Instant.ofEpochMilli(now)));
        } catch (JdbiException e) {
            if (Database.isConflict(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public Optional<User> find(UserName name) {
        return database.with(handle -> handle.createQuery("SELECT " + COLUMNS + " FROM users u WHERE u.name = :name")
            .bind("name", name.value()).map((row, at) -> read(row)).findOne());
    }

    /** A user with all his grants, as of one moment. */
    public Optional<Access> access(long id) {
        return database.inTransaction(handle -> handle
            .createQuery("SELECT " + COLUMNS + " FROM users u WHERE u.id = :id").bind("id", id)
            .map((row, at) -> read(row)).findOne()
            .map(user -> new Access(user, Grants.ofUser(handle, user))));
    }

    /** Users after that name, in order of name; the empty name comes before all. */
    public List<User> list(String after, int limit) {
        return database.with(handle -> handle
            .createQuery("SELECT " + COLUMNS + " FROM users u WHERE u.name > :after ORDER BY u.name LIMIT :limit")
            .bind("after", after).bind("limit", limit).map((row, at) -> read(row)).list());
    }

    /** Users after that id with all their grants, in order of id, as of one moment. */
    public List<Access> accesses(long after, int limit) {
        return database.inTransaction(handle -> {
            List<User> page = handle
                .createQuery("SELECT " + COLUMNS + " FROM users u WHERE u.id > :after ORDER BY u.id LIMIT :limit")
                .bind("after", after).bind("limit", limit).map((row, at) -> read(row)).list();
            Map<UserName, List<Grant>> grants = Grants.ofUsers(handle, page);
            return page.stream().map(user -> new Access(user, grants.getOrDefault(user.name(), List.of()))).toList();
        });
    }

    /**
     * Makes a user's keys and tokens stop working, if an administrator wants it who is not disabled at that moment:
     * two who disable each other do not leave the cluster without one. False: he is no such administrator.
     */
    public boolean disable(long id, long by) {
        return database.inTransaction(handle -> {
            List<Long> administrators = handle.createQuery("SELECT id FROM users WHERE is_admin = TRUE"
                + " AND is_disabled = FALSE ORDER BY id FOR UPDATE").mapTo(Long.class).list();
            if (id == by || !administrators.contains(by)) {
                return false;
            }
            setDisabled(handle, id, true);
            return true;
        });
    }

    /** Makes a user's keys and tokens work again. */
    public void enable(long id) {
        database.with(handle -> setDisabled(handle, id, false));
    }

    /** Lets nobody else count or change what that user has, until the transaction ends. */
    static void lock(Handle handle, User user) {
        handle.createQuery("SELECT id FROM users WHERE id = :id FOR UPDATE").bind("id", user.id())
            .mapTo(Long.class).one();
    }

    private static int setDisabled(Handle handle, long id, boolean disabled) {
        return handle.createUpdate("UPDATE users SET is_disabled = :disabled WHERE id = :id")
            .bind("disabled", disabled).bind("id", id).execute();
    }
}
