package dev.trine.router.metadata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What several tables have in common. */
final class Rows {
    private Rows() {
    }

    /** A time in milliseconds, or none. */
    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** Notes when rows of a table were used last, by a column that holds a hash. */
    static void noteUse(Database database, String table, String column, Map<Sha256, Instant> when) {
        when.forEach((hash, at) -> database.with(handle -> handle.createUpdate("UPDATE " + table
                + " SET last_used_ms = :at WHERE " + column + " = :hash AND (last_used_ms IS NULL"
                + " OR last_used_ms < :at)")
            .bind("hash", hash.bytes()).bind("at", at.toEpochMilli()).execute()));
    }
}
