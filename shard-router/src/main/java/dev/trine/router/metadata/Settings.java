package dev.trine.router.metadata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** Live settings and all their changes. Knows neither which settings there are nor what they may be. */
public final class Settings {
    private static final String CHANGES = "SELECT c.version, c.name, c.content, c.owner, c.at_ms, c.reason"
        + " FROM live_setting_changes c";
    private static final String NEWEST = CHANGES + " JOIN live_settings s ON s.version = c.version";
    private static final int ATTEMPTS = 10;

    private final Database database;
    private final Clock clock;

    Settings(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A change that somebody wants to make.
     *
     * @param name     of the setting
     * @param value    what to set; empty: as configured
     * @param owner    name of the user who makes it
     * @param reason   why; may be empty
     * @param expected version that the setting must have, 0: none; empty: any
     */
    public record Wanted(String name, Optional<String> value, String owner, String reason, OptionalLong expected) {
    }

    /** The newest change of each setting that was ever changed, in order of name. */
    public List<SettingChange> newest() {
        return database.with(handle -> handle.createQuery(NEWEST + " ORDER BY s.name")
            .map((row, at) -> read(row)).list());
    }

    /** The newest change of one setting. */
    public Optional<SettingChange> newest(String name) {
        return database.with(handle -> newest(handle, name));
    }

    /** Changes of one setting, or of all, the newest first. */
    public List<SettingChange> history(Optional<String> name, int limit) {
        return database.with(handle -> {
            var query = handle.createQuery(CHANGES + (name.isPresent() ? " WHERE c.name = :name" : "")
                + " ORDER BY c.version DESC LIMIT :limit").bind("limit", limit);
            name.ifPresent(of -> query.bind("name", of));
            return query.map((row, at) -> read(row)).list();
        });
    }

    /** One change of a setting. */
    public Optional<SettingChange> change(String name, long version) {
        return database.with(handle -> handle
            .createQuery(CHANGES + " WHERE c.name = :name AND c.version = :version").bind("name", name)
            .bind("version", version).map((row, at) -> read(row)).findOne());
    }

    /** Makes a change; empty: the setting has another version than was expected. */
    public Optional<SettingChange> make(Wanted wanted) {
        for (int attempt = 1;; attempt++) {
            try {
                return database.inTransaction(handle -> make(handle, wanted));
            } catch (JdbiException e) {
                // somebody else took the number at the same moment
                if (attempt == ATTEMPTS || !Database.isConflict(e)) {
                    throw e;
                }
            }
        }
    }

    private Optional<SettingChange> make(Handle handle, Wanted wanted) {
        // read first: whatever is committed after it takes the number that this change wants
        Optional<SettingChange> last = handle.createQuery(CHANGES + " ORDER BY c.version DESC LIMIT 1")
            .map((row, at) -> read(row)).findOne();
        long had = newest(handle, wanted.name()).map(SettingChange::version).orElse(0L);
        if (wanted.expected().isPresent() && wanted.expected().getAsLong() != had) {
            return Optional.empty();
        }
        long after = last.map(change -> change.at().toEpochMilli() + 1).orElse(1L);
        SettingChange change = new SettingChange(last.map(SettingChange::version).orElse(0L) + 1, wanted.name(),
            wanted.value(), wanted.owner(), Instant.ofEpochMilli(Math.max(clock.millis(), after)), wanted.reason());
        handle.createUpdate("INSERT INTO live_setting_changes (version, name, content, owner, at_ms, reason)"
                + " VALUES (:version, :name, :content, :owner, :at, :reason)")
            .bind("version", change.version()).bind("name", change.name())
            .bind("content", change.value().orElse(null)).bind("owner", change.owner())
            .bind("at", change.at().toEpochMilli()).bind("reason", change.reason()).execute();
        if (handle.createUpdate("UPDATE live_settings SET version = :version WHERE name = :name")
            .bind("version", change.version()).bind("name", change.name()).execute() == 0) {
            handle.createUpdate("INSERT INTO live_settings (name, version) VALUES (:name, :version)")
                .bind("name", change.name()).bind("version", change.version()).execute();
        }
        return Optional.of(change);
    }

    private static Optional<SettingChange> newest(Handle handle, String name) {
        return handle.createQuery(NEWEST + " WHERE s.name = :name").bind("name", name)
            .map((row, at) -> read(row)).findOne();
    }

    private static SettingChange read(ResultSet row) throws SQLException {
        return new SettingChange(row.getLong("version"), row.getString("name"),
            Optional.ofNullable(row.getString("content")), row.getString("owner"),
            Instant.ofEpochMilli(row.getLong("at_ms")), row.getString("reason"));
    }
}
